"""Maps: everything is drawn in millimetres of the page, clipped to the frame, with the credits put in by default."""

# Each imports from those before it only.
ROOMS = ("ground", "legend", "layers", "web")
