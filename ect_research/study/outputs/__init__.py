"""The output folder: layout, lock, manifest, causes of a new run."""
