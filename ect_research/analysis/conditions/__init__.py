"""Conditions of emergence: qualitative comparative analysis (QCA)."""

# Each imports from those before it only.
ROOMS = ("calibration", "solving")
