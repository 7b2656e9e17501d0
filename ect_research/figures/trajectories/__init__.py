"""Figures of trajectories."""
