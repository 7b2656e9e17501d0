"""The lessons of ``notebooks/lecons``: their invented tables, and exercises that check themselves."""

ROOMS = ()
