"""The results page, the report, the sheets of projects, and the comparison of two studies."""
