"""Room 3: pure functions, frames in, results out. No drawing, no path. Modules share `chance` and `partition` only."""
