"""Distances between sequences."""
