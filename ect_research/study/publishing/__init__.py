"""Saving one result: its figure, rows and record."""

ROOMS = ("lessons",)
