"""One programme: its projects side by side, its pilots and what followed."""
