"""Groups of cases from a matrix of distances, and what supports them. Every analysis may use it, as it may `chance`."""

from ect_research.analysis.partition.discrepancy import Discrepancy, measure_discrepancy
from ect_research.analysis.partition.medoids import partition_around_medoids
from ect_research.analysis.partition.partition import Partition
from ect_research.analysis.partition.partition_quality import measure_quality, measure_rank_agreement, silhouette_widths
from ect_research.analysis.partition.partition_stability import bootstrap_jaccard
from ect_research.analysis.partition.ward_on_distances import WardTree, build_ward_tree, cut_tree

__all__ = [
    "Discrepancy",
    "Partition",
    "WardTree",
    "bootstrap_jaccard",
    "build_ward_tree",
    "cut_tree",
    "measure_discrepancy",
    "measure_quality",
    "measure_rank_agreement",
    "partition_around_medoids",
    "silhouette_widths",
]
