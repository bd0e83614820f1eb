"""The columns of an evaluation: which metric against which reference, and what a run costs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from ..measured_against import FULL_PRECISION, GROUND_TRUTH
from ..metrics.numbers import number_text
from ..metrics.registry import METRICS, find_metric

Reference = Literal["fp", "hr", "none", "cost"]

REFERENCE_NAMES: dict[Reference, str] = {
    "fp": FULL_PRECISION,
    "hr": GROUND_TRUTH,
    "none": "no reference",
    "cost": "cost",
}


@dataclass(frozen=True)
class Column:
    """One column: `key` names it in files ("psnr_fp"), `title` in tables ("PSNR")."""

    key: str
    title: str
    reference: Reference
    metric: str = ""
    unit: str = ""
    decimals: int = 2
    higher_is_better: bool | None = None

    @property
    def ranked(self) -> bool:
        """Whether variants are compared in it: in every quality column, in no cost column."""
        return self.reference != "cost"

    @property
    def marked(self) -> bool:
        """Whether best and second best are marked: where variants are compared, but no `one_sided` metric."""
        return self.ranked and not (self.metric and METRICS[self.metric].one_sided)

    @property
    def arrow(self) -> str:
        """The direction that is better, empty for costs."""
        return METRICS[self.metric].arrow if self.metric else ""

    @property
    def ratio(self) -> bool:
        """Whether means are geometric."""
        return bool(self.metric) and METRICS[self.metric].ratio

    def rank_key(self, value: float) -> float:
        """Smaller is better; NaN sorts last."""
        return METRICS[self.metric].rank_key(value) if self.metric else value

    def text(self, value: float | None) -> str:
        """The value with the column's decimals, without its unit."""
        return number_text(value, self.decimals)


COSTS = (
    Column("weight_bits", "W", "cost", unit="bits", decimals=0),
    Column("act_bits", "A", "cost", unit="bits", decimals=0),
    Column("bits", "Bits/weight", "cost"),
    Column("stored_bits", "Bits/block weight", "cost"),
    Column("multiply_weight_bits", "W/multiply", "cost", unit="bits"),
    Column("multiply_act_bits", "A/multiply", "cost", unit="bits"),
    Column("paper_operations", "Ops (paper)", "cost", unit="G", decimals=1),
    Column("operations", "Ops (honest)", "cost", unit="G", decimals=1),
    Column("megabytes", "Size", "cost", unit="MB"),
    Column("seconds", "Time", "cost", unit="s"),
)
"""Nominal widths of weights and activations; bits a weight with everything that is stored, of the whole
transformer and of its block linears; mean bits of both operands over all multiplies, which tell equal work;
operations of one photo in both conventions of `quantize.cost`; the stored transformer's size, and the
measured time of one photo."""
COST_COLUMNS = {column.key: column for column in COSTS}
"""By key, for other tables that show some of them."""


def columns_for(metrics: Iterable[str], with_hr: bool) -> tuple[Column, ...]:
    """The columns of these metrics, then those of the costs.

    Full-reference metrics stand twice, against full precision and, if there is one, against ground truth;
    the metrics without reference follow. Raises `MetricUnavailableError` for an unknown metric.
    """
    chosen = list(dict.fromkeys(find_metric(name).name for name in metrics))
    references: list[Reference] = ["fp", "hr"] if with_hr else ["fp"]
    columns = [
        _column(name, reference)
        for reference in references
        for name in chosen
        if METRICS[name].full_reference
    ]
    columns += [_column(name, "none") for name in chosen if not METRICS[name].full_reference]
    return (*columns, *COSTS)


def _column(name: str, reference: Reference) -> Column:
    metric = METRICS[name]
    key = name if reference == "none" else f"{name}_{reference}"
    return Column(key, metric.label, reference, name, metric.unit, metric.decimals, metric.higher_is_better)
