"""Room 2: files → text → problems or a checked corpus; events → stages; base maps. The only reader of data."""

# Each imports from those before it only.
ROOMS = ("text", "folder", "stages", "basemap", "reading", "checks", "people", "checked", "forms", "reporting")
