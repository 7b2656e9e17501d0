"""What a run depends on, as one key."""
