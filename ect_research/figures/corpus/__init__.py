"""Figures of what a corpus holds."""
