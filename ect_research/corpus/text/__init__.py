"""Texts of cells: encodings, numbers, positions, and the problems met."""
