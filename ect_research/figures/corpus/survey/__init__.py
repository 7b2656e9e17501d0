"""Answers of persons: bars around the middle of a scale, shares with their intervals, what is left to discuss or to code."""
