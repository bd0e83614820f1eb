"""What stands in the heads and cells of a table, before any markup."""

from __future__ import annotations

import math
from dataclasses import dataclass

from ..evaluate import Cell, Column, Row
from ..metrics.reasons import NOT_AVAILABLE

_GROUPS = {"fp": "to FP", "hr": "to HR", "none": "", "cost": ""}


@dataclass(frozen=True)
class CellText:
    """The number, its interval without brackets (or empty), and its rank: 1 best, 2 second, None."""

    number: str
    interval: str
    rank: int | None


def head(column: Column) -> str:
    """The column's title with its reference, direction and unit: `PSNR to FP ↑ (dB)`."""
    unit = f"({column.unit})" if column.unit else ""
    return " ".join(part for part in (column.title, group(column), column.arrow, unit) if part)


def group(column: Column) -> str:
    """The group of columns it stands under: "to FP", "to HR", or nothing."""
    return _GROUPS[column.reference]


def cell_text(row: Row, column: Column) -> CellText:
    """The text of one cell."""
    cell: Cell = row.cells[column.key]
    if cell.mean.count == 0:
        return CellText("–" if cell.why is None and not row.errors else NOT_AVAILABLE, "", None)
    number = column.text(cell.mean.value)
    if 0 < cell.mean.infinite < cell.mean.count:
        number += "‡"
    if column.key == "seconds" and row.simulated:
        number += "†"
    if math.isnan(cell.mean.low) or not column.ranked:
        return CellText(number, "", cell.rank)
    return CellText(number, f"{column.text(cell.mean.low)}, {column.text(cell.mean.high)}", cell.rank)
