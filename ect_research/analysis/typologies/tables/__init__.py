"""Answers of projects as a table of codes, holes kept."""
