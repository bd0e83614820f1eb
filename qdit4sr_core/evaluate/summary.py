"""From the records of images to the rows of a table."""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass
from typing import Any

from ..metrics.ranking import ranks
from ..metrics.reasons import NotAvailable
from ..variant_text import FULL_PRECISION_TEXT, NOT_QUANTIZED
from .columns import Column
from .run import Evaluation
from .statistics import Mean, PairedComparison, bootstrap_mean, compare_pairs, holm

OURS = "q-dit4sr"
"""Variants whose key starts like this are not baselines."""


@dataclass(frozen=True)
class Cell:
    """One number of the table: mean and interval, its rank (1 best, 2 second), or why it is absent."""

    mean: Mean
    rank: int | None = None
    why: NotAvailable | None = None


@dataclass(frozen=True)
class Row:
    """One variant: `cells` by column key, and the errors that kept it from some images."""

    key: str
    label: str
    kind: str
    cells: dict[str, Cell]
    errors: dict[str, str]
    simulated: bool

    @property
    def count(self) -> int:
        """Of how many images there is a result."""
        return max((cell.mean.count for cell in self.cells.values()), default=0)


@dataclass(frozen=True)
class Summary:
    """The table, and the paired comparisons of each ranked column, by column key.

    `against_fp` compares with full precision (only where the reference is not full precision itself),
    `against_baseline` with `best_baseline[column]`, the baseline with the best mean.
    """

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    images: tuple[str, ...]
    best_baseline: dict[str, str]
    against_fp: dict[str, tuple[PairedComparison, ...]]
    against_baseline: dict[str, tuple[PairedComparison, ...]]

    @property
    def simulated(self) -> bool:
        """Whether any row's time is that of a simulation in floating point."""
        return any(row.simulated for row in self.rows)


def summarize(evaluation: Evaluation) -> Summary:
    """Means, ranks, wins and tests.

    Full precision and bicubic are landmarks, not competitors: they have no rank and win nothing.
    """
    keys = evaluation.plan.variants
    columns = evaluation.columns
    values = {
        key: {c.key: _values(evaluation, key, c) for c in columns} for key in (FULL_PRECISION_TEXT, *keys)
    }
    rows = [_row(evaluation, key, values[key]) for key in keys]
    rows = _with_ranks(rows, columns)
    best: dict[str, str] = {}
    against_fp: dict[str, tuple[PairedComparison, ...]] = {}
    against_best: dict[str, tuple[PairedComparison, ...]] = {}
    for column in columns:
        if not column.ranked:
            continue
        others = [row.key for row in rows if row.kind not in NOT_QUANTIZED]
        if column.reference != "fp":
            against_fp[column.key] = _tests(others, FULL_PRECISION_TEXT, values, column)
        baseline = _best_baseline(rows, column)
        if baseline is not None:
            best[column.key] = baseline
            rest = [key for key in others if key != baseline]
            against_best[column.key] = _tests(rest, baseline, values, column)
    images = tuple(record["image"] for record in evaluation.records)
    return Summary(columns, tuple(rows), images, best, against_fp, against_best)


def _entries(evaluation: Evaluation, key: str) -> dict[str, dict[str, Any]]:
    return {r["image"]: r["variants"][key] for r in evaluation.records if key in r["variants"]}


def _values(evaluation: Evaluation, key: str, column: Column) -> dict[str, float]:
    found = {name: e["values"].get(column.key) for name, e in _entries(evaluation, key).items()}
    return {name: float(v) for name, v in found.items() if v is not None and not math.isnan(v)}


def _row(evaluation: Evaluation, key: str, values: dict[str, dict[str, float]]) -> Row:
    entries = _entries(evaluation, key)
    first: dict[str, Any] = next(iter(entries.values()), {"label": key, "kind": "method"})
    cells = {}
    for column in evaluation.columns:
        reasons = [e["reasons"][column.key] for e in entries.values() if column.key in e["reasons"]]
        why = NotAvailable.from_json(reasons[0]) if reasons else None
        mean = bootstrap_mean(list(values[column.key].values()), geometric=column.ratio)
        cells[column.key] = Cell(mean, why=why)
    errors = {name: e["error"] for name, e in entries.items() if e["error"]}
    simulated = any(e["simulated"] for e in entries.values())
    return Row(key, first["label"], first["kind"], cells, errors, simulated)


def _with_ranks(rows: list[Row], columns: tuple[Column, ...]) -> list[Row]:
    found: dict[str, dict[str, int]] = {}
    for column in columns:
        rivals = [row for row in rows if row.kind not in NOT_QUANTIZED]
        competing = [row for row in rivals if row.cells[column.key].mean.count]
        if column.marked:
            values = {row.key: row.cells[column.key].mean.value for row in competing}
            found[column.key] = ranks(values, column.rank_key, column.text)
    return [
        dataclasses.replace(
            row,
            cells={
                key: dataclasses.replace(cell, rank=found.get(key, {}).get(row.key))
                for key, cell in row.cells.items()
            },
        )
        for row in rows
    ]


def _best_baseline(rows: list[Row], column: Column) -> str | None:
    baselines = [
        row
        for row in rows
        if row.kind == "method" and not row.key.startswith(OURS) and row.cells[column.key].mean.count
    ]
    if not baselines:
        return None
    return min(baselines, key=lambda row: column.rank_key(row.cells[column.key].mean.value)).key


def _tests(
    keys: list[str], other: str, values: dict[str, dict[str, dict[str, float]]], column: Column
) -> tuple[PairedComparison, ...]:
    pairs = [
        compare_pairs(key, other, values[key][column.key], values[other][column.key], column) for key in keys
    ]
    found = [pair for pair in pairs if pair is not None]
    corrected = holm([pair.p_value for pair in found])
    return tuple(dataclasses.replace(pair, p_holm=p) for pair, p in zip(found, corrected, strict=True))
