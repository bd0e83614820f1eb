"""Damage against cost: the variants that no other one beats in both."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ..variant_text import family_and_widths
from .columns import Column
from .summary import Summary

COSTS = ("megabytes", "seconds")
"""Keys of the columns that a variant can be cheap in."""


@dataclass(frozen=True)
class TradeoffPoint:
    """One variant: `damage` and `cost` as printed in their columns, and whether it is on the front."""

    key: str
    label: str
    family: str
    """As `variant_text.family_and_widths`: points of one method at several widths share it."""
    widths: str
    """ "W4A4", or nothing for a variant without widths."""
    cost: float
    damage: float
    on_front: bool = False


def said_once(plots: Sequence[Sequence[TradeoffPoint]]) -> list[tuple[TradeoffPoint, ...]]:
    """The points of plots that share a legend: widths that all have move into the names of the families."""
    if len({point.widths for points in plots for point in points}) != 1:
        return [tuple(points) for points in plots]
    return [
        tuple(replace(p, family=f"{p.family} {p.widths}".strip(), widths="") for p in points)
        for points in plots
    ]


def damage_columns(summary: Summary) -> tuple[Column, ...]:
    """The columns that can stand for damage, no half of one: those against full precision first."""
    whole = [c for c in summary.columns if c.marked]
    return tuple(sorted(whole, key=lambda c: c.reference != "fp"))


def cost_columns(summary: Summary) -> tuple[Column, ...]:
    """The cost columns in which at least one variant has a number."""
    known = {key for row in summary.rows for key, cell in row.cells.items() if cell.mean.count}
    return tuple(c for c in summary.columns if c.key in COSTS and c.key in known)


def tradeoff(summary: Summary, cost: Column, damage: Column) -> tuple[TradeoffPoint, ...]:
    """Every quantized variant with a finite mean in both columns, those on the Pareto front marked.

    Lower cost is better; which damage is better the column says. Full precision, the reference itself, has
    no damage, and results made elsewhere have no cost: neither takes part.
    """
    points = []
    for row in summary.rows:
        x, y = row.cells[cost.key].mean.value, row.cells[damage.key].mean.value
        if row.kind in ("fp", "images") or not (math.isfinite(x) and math.isfinite(y)):
            continue
        points.append(TradeoffPoint(row.key, row.label, *family_and_widths(row.label), x, y))
    best = front([(p.cost, damage.rank_key(p.damage)) for p in points])
    return tuple(
        TradeoffPoint(p.key, p.label, p.family, p.widths, p.cost, p.damage, index in best)
        for index, p in enumerate(points)
    )


def front(points: Sequence[tuple[float, float]]) -> set[int]:
    """Indices of the points that no other one beats: lower is better in both, equal points all stay."""
    return {
        index
        for index, (x, y) in enumerate(points)
        if not any(a <= x and b <= y and (a, b) != (x, y) for a, b in points)
    }
