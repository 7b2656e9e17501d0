"""State sequences: indicators, distances and types. What is void, missing and absorbing stays apart."""
