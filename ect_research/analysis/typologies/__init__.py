"""Types of projects, and what a small, incomplete register lets one say about them."""
