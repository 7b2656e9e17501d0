"""Figures of what a corpus holds."""

ROOMS = ("year", "survey")
