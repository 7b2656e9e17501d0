"""The network of projects and actors, drawn: matrix, drawings with and without the intermediary, chance, sectors, roles."""
