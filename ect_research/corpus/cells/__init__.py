"""What one cell says: a date, a number, a code, read strictly."""
