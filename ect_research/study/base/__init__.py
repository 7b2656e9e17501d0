"""Small things that every part of a study uses."""
