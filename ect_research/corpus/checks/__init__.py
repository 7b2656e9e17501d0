"""What a table must satisfy, beyond each of its cells."""
