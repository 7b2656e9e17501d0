"""Figures of durations, states and passages."""
