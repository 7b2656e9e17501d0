"""Saving one result, its figure, rows and record; and the lessons of ``notebooks/lecons``, which check themselves."""
