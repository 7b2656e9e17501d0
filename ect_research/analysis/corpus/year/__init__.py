"""One year of a cluster: key figures, membership, calendar, portfolio."""
