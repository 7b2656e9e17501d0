"""Names placed without overlap: points, areas, lines."""
