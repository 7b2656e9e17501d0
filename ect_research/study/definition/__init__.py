"""What a study runs, its file, notebooks and parameters, and what each run depends on, as one key."""
