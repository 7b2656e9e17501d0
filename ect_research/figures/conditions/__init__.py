"""Figures of the conditions of emergence."""
