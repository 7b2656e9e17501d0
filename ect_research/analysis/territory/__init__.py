"""Territory: typed variables, classes, places, rates, tests that hold at small n, protection of small counts."""
