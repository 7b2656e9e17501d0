"""Statistical secrecy: which numbers must be hidden before a table, a figure or a map leaves, and the proof.

Shared by the other analyses, as `ect_research.analysis.chance` is: one rule for tables and for maps.
"""

from ect_research.analysis.disclosure.suppression import (
    ORGANISATIONS,
    PERSONS,
    Sums,
    complete,
    find_unanimous,
    possible_range,
    sum_by,
)

__all__ = ["ORGANISATIONS", "PERSONS", "Sums", "complete", "find_unanimous", "possible_range", "sum_by"]
