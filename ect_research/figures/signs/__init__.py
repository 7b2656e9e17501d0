"""Signs shared by figures: stages, dates, shares, axes of time."""
