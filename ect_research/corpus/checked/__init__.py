"""A corpus, once everything in it was read, corrected and checked."""
