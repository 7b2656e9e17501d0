"""One sheet per project."""
