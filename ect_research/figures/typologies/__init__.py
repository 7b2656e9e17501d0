"""Typologies drawn: axes, planes, tree, stability, and the numbers of types side by side."""
