"""What a corpus holds: completeness, crossings, funnels, one year, one programme, agreement of coders, several territories."""

ROOMS = ("agreement", "survey")
