"""What a study runs: its file, notebooks, parameters."""
