"""What supports types: verdicts, stability, continuum, error rates."""
