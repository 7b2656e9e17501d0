"""Tests between groups of durations."""
