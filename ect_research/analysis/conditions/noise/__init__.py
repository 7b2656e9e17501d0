"""What pure noise would have given."""
