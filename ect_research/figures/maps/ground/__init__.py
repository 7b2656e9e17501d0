"""The ground of a map: frame, furniture, layers of the base map, names."""
