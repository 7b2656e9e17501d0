"""What the commands do."""

ROOMS = ("home",)
