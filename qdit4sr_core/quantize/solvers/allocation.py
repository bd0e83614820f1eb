"""Spending bits where they help the output, within one or more budgets: storage, and work."""

from __future__ import annotations

import heapq
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_PRICES = 24
"""Exchange rates tried between two budgets."""


@dataclass(frozen=True)
class Budget:
    """Widths b_i may satisfy sum costs_i b_i <= mean_bits sum costs_i, and no more."""

    costs: Sequence[float]
    """Of one bit of each item, >= 0: its weights for storage, its multiplies for work."""
    mean_bits: float

    @property
    def total(self) -> float:
        """What may be spent."""
        return self.mean_bits * sum(self.costs)


def spend_bits(losses: Sequence[Mapping[int, float]], budgets: Sequence[Budget]) -> list[int]:
    """Bits b_i that minimise sum losses_i[b_i] within every budget.

    Greedy by loss drop a unit of cost, which for losses convex in b and one budget is optimal up to the last
    bit. With two budgets a unit costs a weighted mean of both, the weight being that of the best outcome.
    Items that cost nothing get the most bits.

    Args:
        losses: by width, for each item; the widths an item may have, without gaps.
        budgets: one or two.

    Returns:
        A width for each item, from its own table; the least ones even when they exceed a budget.
    """
    if len(budgets) == 1:
        return _greedy(losses, budgets, _prices(budgets[:1], [1.0]))
    best: tuple[float, list[int]] | None = None
    for k in range(_PRICES + 1):
        share = k / _PRICES
        bits = _greedy(losses, budgets, _prices(budgets, [share, 1.0 - share]))
        loss = sum(table[b] for table, b in zip(losses, bits, strict=True))
        if best is None or loss < best[0]:
            best = loss, bits
    assert best is not None
    return best[1]


def _prices(budgets: Sequence[Budget], shares: Sequence[float]) -> list[float]:
    sums = [sum(budget.costs) or 1.0 for budget in budgets]
    parts = [[s * c / total for c in b.costs] for b, s, total in zip(budgets, shares, sums, strict=True)]
    return [sum(column) for column in zip(*parts, strict=True)]


def _greedy(
    losses: Sequence[Mapping[int, float]], budgets: Sequence[Budget], prices: Sequence[float]
) -> list[int]:
    free = [all(b.costs[i] <= 0 for b in budgets) for i in range(len(losses))]
    bits = [max(table) if free[i] else min(table) for i, table in enumerate(losses)]
    left = [b.total - sum(c * w for c, w in zip(b.costs, bits, strict=True)) for b in budgets]
    left = [x + 1e-9 * (1 + b.total) for x, b in zip(left, budgets, strict=True)]
    queue: list[tuple[float, int]] = []

    def offer(i: int) -> None:
        table = losses[i]
        if bits[i] + 1 in table:
            drop = table[bits[i] + 1] - table[bits[i]]
            heapq.heappush(queue, (drop / max(prices[i], 1e-30), i))

    for i in range(len(losses)):
        if not free[i]:
            offer(i)
    while queue:
        _, i = heapq.heappop(queue)
        if all(b.costs[i] <= x for b, x in zip(budgets, left, strict=True)):
            left = [x - b.costs[i] for b, x in zip(budgets, left, strict=True)]
            bits[i] += 1
            offer(i)
    return bits
