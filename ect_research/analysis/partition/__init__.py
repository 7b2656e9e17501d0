"""Groups of cases from a matrix of distances, and what supports them. Every analysis may use it, as it may `chance`."""

from ect_research.analysis.partition.discrepancy import Discrepancy, measure_discrepancy
from ect_research.analysis.partition.partition_quality import (
    Partition,
    measure_quality,
    measure_rank_agreement,
    silhouette_widths,
)
from ect_research.analysis.partition.partition_stability import bootstrap_jaccard, partition_around_medoids

__all__ = [
    "Discrepancy",
    "Partition",
    "bootstrap_jaccard",
    "measure_discrepancy",
    "measure_quality",
    "measure_rank_agreement",
    "partition_around_medoids",
    "silhouette_widths",
]
