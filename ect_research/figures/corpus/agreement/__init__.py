"""Agreement of coders: what chance gives beside what they gave, and what is left to discuss."""
