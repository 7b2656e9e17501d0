"""Kernels that notebooks run in, and what they read."""
