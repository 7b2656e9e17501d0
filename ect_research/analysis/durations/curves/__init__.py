"""Curves of ends by age, with and without ends that compete."""
