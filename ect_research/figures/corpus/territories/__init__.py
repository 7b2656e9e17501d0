"""Figures of several territories side by side."""
