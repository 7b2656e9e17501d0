"""What leaves a corpus for other people."""
