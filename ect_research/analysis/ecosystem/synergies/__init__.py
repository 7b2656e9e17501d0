"""Industrial symbiosis: resources that one gives and another takes, how far each went, and the firms met."""
