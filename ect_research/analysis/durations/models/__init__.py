"""Hazard models and what they assume."""
