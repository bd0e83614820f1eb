"""A folder of photos by several variants: journal, parallel work, statistics."""

from ..setting_words import DEFAULT_METRICS
from .columns import Column, columns_for
from .from_results import MeasuredResult, evaluation_of_results
from .images import ImageFiles, find_images, image_seed
from .plan import EvaluationPlan
from .run import Evaluation, canonical_variants, evaluate
from .summary import Cell, Row, Summary, summarize

__all__ = [
    "DEFAULT_METRICS",
    "Cell",
    "Column",
    "Evaluation",
    "EvaluationPlan",
    "ImageFiles",
    "MeasuredResult",
    "Row",
    "Summary",
    "canonical_variants",
    "columns_for",
    "evaluate",
    "evaluation_of_results",
    "find_images",
    "image_seed",
    "summarize",
]
