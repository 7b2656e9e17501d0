"""Sequences of states: coded, measured, counted."""
