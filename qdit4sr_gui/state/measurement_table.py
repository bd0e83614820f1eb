"""The table region x variant x metric: which cell holds what, and which are best. Knows nothing of Qt."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from qdit4sr_core.metrics.registry import METRICS

if TYPE_CHECKING:
    from qdit4sr_core.metrics.regions import Region
    from qdit4sr_core.metrics.values import MetricValue

REFERENCE_TEXT = "reference"


@dataclass(frozen=True)
class Cell:
    """One number; `value` is None while it is being computed. `rank` is 1 for the best, 2 for the second
    best.
    """

    value: MetricValue | None = None
    rank: int = 0
    is_reference: bool = False

    @property
    def text(self) -> str:
        """What is shown: the number, the reason for none, or an ellipsis while it is computed."""
        if self.is_reference:
            return REFERENCE_TEXT
        if self.value is None:
            return "…"
        return self.value.text if self.value.value is None else number_text(self.value.name, self.value.value)


@dataclass(frozen=True)
class Row:
    """The numbers of one variant in one region."""

    spec: str
    label: str
    cells: Mapping[str, Cell] = field(default_factory=dict)


@dataclass(frozen=True)
class Block:
    """One region (None: the whole image) with a row a variant."""

    region: Region | None
    title: str
    colour: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class MeasurementTable:
    """Everything the panel shows and the exporters write."""

    metrics: tuple[str, ...] = ()
    reference: str = ""
    blocks: tuple[Block, ...] = ()


def heading(metric: str, with_unit: bool = True) -> str:
    """A column's heading: name, direction in which it is better, unit."""
    known = METRICS[metric]
    unit = f" [{known.unit}]" if known.unit and with_unit else ""
    return f"{known.label} {known.arrow}{unit}"


def number_text(metric: str, value: float) -> str:
    """A number with the metric's decimals, without its unit (the heading has it)."""
    return "∞" if math.isinf(value) else f"{value:.{METRICS[metric].decimals}f}"


def ranked(rows: Sequence[Row]) -> tuple[Row, ...]:
    """The rows with the best and second best cell of each metric marked; values shown equal share a rank.

    Nothing is marked with fewer than two numbers: being best of one means nothing.
    """
    ranks: dict[tuple[str, str], int] = {}
    names = list(dict.fromkeys(name for row in rows for name in row.cells))
    for name in names:
        keys = {
            row.spec: METRICS[name].rank_key(round(cell.value.value, METRICS[name].decimals))
            for row in rows
            if (cell := row.cells.get(name)) is not None
            and not cell.is_reference
            and cell.value is not None
            and cell.value.value is not None
        }
        if len(keys) < 2:
            continue
        order = sorted(set(keys.values()))[:2]
        for spec, key in keys.items():
            if key in order:
                ranks[(spec, name)] = order.index(key) + 1
    return tuple(
        Row(
            row.spec,
            row.label,
            {
                name: Cell(cell.value, ranks.get((row.spec, name), 0), cell.is_reference)
                for name, cell in row.cells.items()
            },
        )
        for row in rows
    )
