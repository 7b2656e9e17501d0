"""What a corpus holds: completeness, crossings, funnels, one year."""

ROOMS = ("year",)
