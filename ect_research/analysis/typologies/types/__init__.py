"""Types cut in a tree, and what characterises them."""
