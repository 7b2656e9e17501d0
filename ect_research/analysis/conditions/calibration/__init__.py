"""Cases in sets."""
