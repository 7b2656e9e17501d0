"""The offline HTML map."""
