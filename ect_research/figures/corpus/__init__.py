"""Figures of what a corpus holds."""

ROOMS = ("year", "cohort", "agreement", "survey", "territories")
