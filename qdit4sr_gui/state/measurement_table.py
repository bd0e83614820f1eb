"""The table region x variant x metric: which cell holds what, and which are best. Knows nothing of Qt."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from qdit4sr_core.metrics.numbers import metric_text
from qdit4sr_core.metrics.ranking import metric_ranks
from qdit4sr_core.metrics.registry import METRICS

if TYPE_CHECKING:
    from qdit4sr_core.metrics.regions import Region
    from qdit4sr_core.metrics.values import MetricValue

REFERENCE_TEXT = "reference"


@dataclass(frozen=True)
class Cell:
    """One number; `rank` is 1 for the best, 2 for the second best.

    `value` is None while it is being computed.
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
        return self.value.text if self.value.value is None else self.short

    @property
    def short(self) -> str:
        """The same, but "n/a" in place of a reason."""
        if self.is_reference or self.value is None:
            return self.text
        return metric_text(self.value.name, self.value.value)


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


def heading(metric: str, with_unit: bool = True, translate: Callable[[str], str] = str) -> str:
    """A column's heading: name in the window's language, direction in which it is better, unit."""
    known = METRICS[metric]
    unit = f" [{known.unit}]" if known.unit and with_unit else ""
    return f"{translate(known.label)} {known.arrow}{unit}"


def ranked(rows: Sequence[Row]) -> tuple[Row, ...]:
    """The rows with the best and second best cell of each metric marked; see `metrics.ranking`."""
    names = list(dict.fromkeys(name for row in rows for name in row.cells))
    found = {
        name: metric_ranks(
            name,
            {
                row.spec: cell.value.value
                for row in rows
                if (cell := row.cells.get(name)) is not None
                and not cell.is_reference
                and cell.value is not None
            },
        )
        for name in names
    }
    return tuple(
        Row(
            row.spec,
            row.label,
            {
                name: Cell(cell.value, found[name].get(row.spec, 0), cell.is_reference)
                for name, cell in row.cells.items()
            },
        )
        for row in rows
    )
