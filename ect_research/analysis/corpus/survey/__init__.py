"""Answers of persons: counted, never averaged, grouped until no small number is left to guess."""
