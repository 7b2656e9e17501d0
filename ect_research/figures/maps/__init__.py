"""Maps: everything is drawn in millimetres of the page, clipped to the frame, with the credits put in by default."""
