"""What a corpus holds: completeness, crossings, funnels, one year, one programme, agreement of coders."""

ROOMS = ("year", "cohort", "agreement", "survey")
