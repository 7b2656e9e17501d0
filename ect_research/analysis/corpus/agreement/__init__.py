"""Narratives coded twice: how far coders agree, where they do not, and what chance gives."""
