"""What a kernel tells of itself: what it read, as it was when it read it."""
