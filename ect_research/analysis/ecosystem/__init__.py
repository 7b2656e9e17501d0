"""Who is in which project with whom, with and without the intermediary, and what chance does as well."""
