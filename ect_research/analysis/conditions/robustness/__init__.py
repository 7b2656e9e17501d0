"""What a solution owes to its cutoffs, its anchors, its cases and its groups."""
