"""Texts: encodings, tables as they were typed, and what one cell says: a date, a number, a code, read strictly."""
