"""Figures of the resources of a territory."""
