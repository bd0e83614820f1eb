"""Spending bits where they help the output: across layers, and across layers and steps together."""

from __future__ import annotations

import heapq
from collections.abc import Mapping, Sequence


def spend_bits(costs: Sequence[float], losses: Sequence[Mapping[int, float]], mean_bits: float) -> list[int]:
    """Bits b_i that minimise sum losses_i[b_i] with sum costs_i b_i <= mean_bits sum costs_i.

    Greedy by loss drop a unit of cost, which for losses convex in b is optimal up to the last bit. Items
    that cost nothing get the most bits.

    Args:
        costs: of one bit of each item, >= 0.
        losses: by width, for each item; the widths an item may have, without gaps.
        mean_bits: the budget a unit of cost.

    Returns:
        A width for each item, from its own table; the least ones even when they exceed the budget.
    """
    bits = [min(table) if cost > 0 else max(table) for cost, table in zip(costs, losses, strict=True)]
    left = mean_bits * sum(costs) - sum(c * b for c, b in zip(costs, bits, strict=True)) + 1e-9
    queue: list[tuple[float, int]] = []

    def offer(i: int) -> None:
        table = losses[i]
        if bits[i] + 1 in table:
            heapq.heappush(queue, ((table[bits[i] + 1] - table[bits[i]]) / costs[i], i))

    for i, cost in enumerate(costs):
        if cost > 0:
            offer(i)
    while queue:
        _, i = heapq.heappop(queue)
        if costs[i] <= left:
            left -= costs[i]
            bits[i] += 1
            offer(i)
    return bits
