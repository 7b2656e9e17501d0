"""The page of a figure: theme, canvas, caption, number formats."""
