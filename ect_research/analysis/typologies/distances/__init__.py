"""Distances between projects that answer unevenly."""
