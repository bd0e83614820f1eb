"""Spending bits where they help the output: across layers, and across layers and steps together."""

from __future__ import annotations

import heapq
from collections.abc import Sequence

from .grids import GridKind, kappa


def spend_bits(
    costs: Sequence[float],
    losses: Sequence[float],
    mean_bits: float,
    limits: tuple[int, int],
    grid: GridKind = "midrise",
) -> list[int]:
    """Bits b_i in `limits` that minimise sum losses_i kappa(b_i) with sum costs_i b_i <= mean_bits sum
    costs_i.

    Greedy by error drop a unit of cost; since kappa is convex in b this is optimal up to the last bit.
    Items that cost nothing get the most bits.
    """
    least, most = limits
    bits = [least if cost > 0 else most for cost in costs]
    left = (mean_bits - least) * sum(costs) + 1e-9
    queue: list[tuple[float, int]] = []

    def offer(i: int) -> None:
        if bits[i] < most:
            drop = losses[i] * (kappa(bits[i], grid) - kappa(bits[i] + 1, grid))
            heapq.heappush(queue, (-drop / costs[i], i))

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
