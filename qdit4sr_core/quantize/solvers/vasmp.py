"""VaSMP: weight bits across layers from their variances, without data.

min sum_l N_l s_l 2^(-2 b_l) subject to sum_l N_l b_l = B sum_l N_l gives b*_l = B + (log2 s_l - mean_w
log2 s) / 2. It is discretised by floor, then one bit at a time to the layer with the largest error drop a
parameter.
Source: Q-DiT4SR (arXiv 2602.01273). Bit limits are drawn as {3, 4, 5} in the authors' overview.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor

from ...errors import VariantError
from ..layer.grids import GridKind, kappa


def channel_variance(weight: Tensor) -> float:
    """Mean over output channels of the variance within a channel of (out, in)."""
    return float(weight.var(dim=1, unbiased=False).mean())


def allocate_weight_bits(
    sizes: Sequence[int],
    variances: Sequence[float],
    mean_bits: float,
    *,
    limits: tuple[int, int] = (3, 5),
    law: str = "exponential",
    grid: GridKind = "midrise",
) -> list[int]:
    """Bits of every layer with sum N b <= mean_bits sum N, as close to it as whole bits allow.

    Args:
        sizes: N_l, weights of each layer.
        variances: s_l >= 0 of each layer (a layer of zeros gets the least bits).
        mean_bits: B.
        limits: least and most bits of a layer.
        law: `exponential` (2^-2b, the paper) or `kappa` (the grid's true error).
        grid: which grid's kappa.

    Raises:
        VariantError: when the mean lies outside the limits or the law is unknown.
    """
    least, most = limits
    if not least <= mean_bits <= most:
        raise VariantError(
            f"A mean of {mean_bits} bits is impossible between {least} and {most} bits a layer."
        )
    if law not in ("exponential", "kappa"):
        raise VariantError(f"Unknown law {law!r}; choose 'exponential' or 'kappa'.")
    error = _error_table(least, most, law, grid)
    total = sum(sizes)
    budget = math.floor(mean_bits * total + 1e-6)
    floor = max(variances, default=0.0) * 1e-12 or 1e-30
    log_variance = torch.tensor([math.log2(max(v, floor)) for v in variances], dtype=torch.float64)
    weights = torch.tensor(sizes, dtype=torch.float64)
    ideal = mean_bits + 0.5 * (log_variance - (weights * log_variance).sum() / weights.sum())
    bits = [min(max(math.floor(b + 1e-9), least), most) for b in ideal.tolist()]
    used = sum(n * b for n, b in zip(sizes, bits, strict=True))
    while used > budget:  # clipping up to the least bits can overrun the budget: take from the cheapest
        candidates = [i for i, b in enumerate(bits) if b > least]
        cheapest = min(candidates, key=lambda i: variances[i] * (error[bits[i] - 1] - error[bits[i]]))
        bits[cheapest] -= 1
        used -= sizes[cheapest]
    while True:
        candidates = [i for i, b in enumerate(bits) if b < most and used + sizes[i] <= budget]
        if not candidates:
            return bits
        best = max(candidates, key=lambda i: variances[i] * (error[bits[i]] - error[bits[i] + 1]))
        bits[best] += 1
        used += sizes[best]


def _error_table(least: int, most: int, law: str, grid: GridKind) -> dict[int, float]:
    widths = range(least, most + 1)
    if law == "exponential":
        return {b: 4.0**-b for b in widths}
    return {b: kappa(b, grid) for b in widths}
