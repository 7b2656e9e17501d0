"""The figures of one programme."""
