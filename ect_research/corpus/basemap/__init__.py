"""The base map: communes of today and what they were, perimeters, names; and how ``maps/fond`` is built.

Who only draws maps never needs the builders: the result is committed. The steps follow one another, one module each:
`build_packages` (what is read, and its fingerprints), `build_geometry` (communes of 2026 as a clean coverage, départements
and countries around), `build_passage` (old codes and names, EPCI, populations), `write_basemap`.
"""
