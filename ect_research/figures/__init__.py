"""Room 4: results in, matplotlib figures out. No statistic, no file."""
