"""Results that lie in memory already (the window's) as an evaluation, so that all tables are one table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .columns import columns_for
from .one_image import costs, entry_of
from .plan import EvaluationPlan
from .run import Evaluation

if TYPE_CHECKING:
    from ..compare import VariantResult


@dataclass(frozen=True, eq=False)
class MeasuredResult:
    """A result of one variant on one photo with what was measured of it.

    `values` and `reasons` are by column key (`psnr_fp`), as `measure` returns them.
    """

    key: str
    result: VariantResult
    values: Mapping[str, float | None]
    reasons: Mapping[str, Mapping[str, str]]


def evaluation_of_results(
    photos: Mapping[str, Sequence[MeasuredResult]],
    metrics: Sequence[str],
    settings: Mapping[str, Any],
    *,
    weights: int = 0,
    model: str = "",
    with_truth: bool = False,
    folder: Path | None = None,
) -> Evaluation:
    """The results of `photos` (by name) as an evaluation, for `summarize` and every form of report.

    Args:
        photos: what there is of each photo; photos may lack variants.
        metrics: names of the measured metrics.
        settings: sampling settings, for the notes.
        weights: number of weights of the transformer; without it no bits a weight are told.
        model: hash of the model.
        with_truth: whether columns against ground truth are shown.
        folder: where a report would go.
    """
    variants = tuple(dict.fromkeys(item.key for items in photos.values() for item in items))
    plan = EvaluationPlan(variants, tuple(metrics), seed=int(settings.get("seed", 0)))
    records = []
    for name, items in photos.items():
        entries = {}
        for item in items:
            result = item.result
            entries[item.key] = entry_of(result) | {
                "values": {} if result.error else costs(result, weights) | dict(item.values),
                "reasons": dict(item.reasons),
            }
        records.append({"image": name, "settings": dict(settings), "variants": entries})
    header = {"plan": plan.to_dict(), "model": model, "engines": {}, "calibration": None}
    columns = columns_for(metrics, with_truth)
    return Evaluation(folder or Path(), plan, columns, header, tuple(records))
