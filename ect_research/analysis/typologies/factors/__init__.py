"""Factor analyses of answers, and the plane they give."""
