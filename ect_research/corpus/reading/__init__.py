"""From a file to a table of texts; nothing is interpreted yet."""
