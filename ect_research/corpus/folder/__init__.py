"""Where the files of a corpus are, and what its ``source.toml`` says."""
