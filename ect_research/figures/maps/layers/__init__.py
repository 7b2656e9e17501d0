"""What is laid on the ground: areas, circles, dots, links."""
