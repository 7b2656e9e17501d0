"""Statistical secrecy: which numbers must be hidden before a table, a figure or a map leaves, and the proof.

Shared by the other analyses, as `ect_research.analysis.chance` is: one rule for tables and for maps.
"""

from ect_research.analysis.disclosure.protected_tables import TOTAL, ProtectedTable, possible_values, protect_counts
from ect_research.analysis.disclosure.secrecy_rules import (
    DOMINANCE,
    ORGANISATIONS,
    PERSONS,
    THRESHOLDS,
    find_unanimous,
    is_dominated,
    sum_by,
)
from ect_research.analysis.disclosure.suppression import Sums, complete, possible_range

__all__ = [
    "DOMINANCE",
    "ORGANISATIONS",
    "PERSONS",
    "THRESHOLDS",
    "TOTAL",
    "ProtectedTable",
    "Sums",
    "complete",
    "find_unanimous",
    "is_dominated",
    "possible_range",
    "possible_values",
    "protect_counts",
    "sum_by",
]
