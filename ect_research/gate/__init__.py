"""What may be seen: the one door between what is computed and what is shown."""
