"""Build ``maps/fond``: ``ect maps build --packages DOSSIER``.

Who only draws maps never needs this: the result is committed. The steps follow one another, one module each:
`packages` (what is read, and its fingerprints), `geometry` (communes of 2026 as a clean coverage,
départements and countries around), `passage` (old codes and names, EPCI, populations), `write_basemap`.
"""
