"""The figures of one year."""
