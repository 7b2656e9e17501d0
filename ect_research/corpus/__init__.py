"""Room 2: files → text → problems or a checked corpus; events → stages; base maps. The only reader of data."""
