"""Persons: who agreed, under what name, and what may leave."""
