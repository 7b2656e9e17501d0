"""From dated facts to stages, outcomes and sequences, and their draws over imprecise dates."""
