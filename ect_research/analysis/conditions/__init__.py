"""Conditions of emergence: qualitative comparative analysis (QCA)."""

ROOMS = ("solving",)
