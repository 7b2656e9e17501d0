"""Types of projects, and what a small, incomplete register lets one say about them."""

# Each imports from those before it only.
ROOMS = ("tables", "evidence")
