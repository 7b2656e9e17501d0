"""What a corpus holds: completeness, crossings, funnels, one year, one programme."""

ROOMS = ("year", "cohort")
