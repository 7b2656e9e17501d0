"""Notebooks run, one, several or on a cluster."""
