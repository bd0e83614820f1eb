"""Attention whose operands are rounded to few bits, simulated in float: no engine here has it in integers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import torch
from torch import Tensor

AttentionOperands = Literal["all", "softmax"]
"""What is rounded: queries, keys, values and softmax, or the softmax alone."""
SoftmaxGrid = Literal["row", "fixed"]
"""Where the softmax has its 2^b levels: from 0 to the largest weight of each row, or from 0 to 1 for all."""

_MOST_WEIGHTS = 2**24
"""Attention weights that are held at a time."""


@dataclass(frozen=True)
class RoundedAttention:
    """Stands in for `scaled_dot_product_attention` over (N, heads, T, size).

    Queries, keys and values are rounded to whole multiples of a scale a row, one a token and head, by its
    largest magnitude. The softmax has unsigned codes. A grid fixed from 0 to 1 loses every weight below half
    a step: over a thousand tokens, where a row's mean weight is 1/1000, that is most of them at 8 bits.
    """

    bits: int
    operands: AttentionOperands = "all"
    grid: SoftmaxGrid = "row"

    def __post_init__(self) -> None:
        """Raises ValueError for what no attention can be rounded to."""
        known = self.operands in get_args(AttentionOperands) and self.grid in get_args(SoftmaxGrid)
        if not known or self.bits not in range(2, 9):
            raise ValueError(f"no attention has {self.bits!r} bits, {self.operands!r} and {self.grid!r}")

    def __str__(self) -> str:
        """For results: what was rounded, and that it was simulated."""
        what = "softmax" if self.operands == "softmax" else "queries, keys, values and softmax"
        scale = (
            "a scale a row" if self.grid == "row" else f"the softmax on a fixed grid of 1/{2**self.bits - 1}"
        )
        return f"{what} at {self.bits} bits, {scale}, simulated"

    def __call__(self, query: Tensor, key: Tensor, value: Tensor) -> Tensor:
        """The mixed values (N, heads, T, size), worked out for some queries at a time."""
        if self.operands == "all":
            query, key, value = (round_rows(x, self.bits) for x in (query, key, value))
        batches, heads, tokens, size = query.shape
        rows = max(1, _MOST_WEIGHTS // (batches * heads * key.shape[2]))
        mixed = torch.empty(batches, heads, tokens, value.shape[-1], dtype=value.dtype, device=value.device)
        turned = key.transpose(-1, -2)
        for first in range(0, tokens, rows):
            scores = (query[:, :, first : first + rows] @ turned).float().mul_(size**-0.5)  # (N, heads, R, T)
            weights = round_softmax(torch.softmax(scores, -1), self.bits, self.grid)
            mixed[:, :, first : first + rows] = weights.to(value.dtype) @ value
        return mixed


def round_rows(x: Tensor, bits: int) -> Tensor:
    """(..., size) rounded to whole multiples of each row's largest magnitude over 2^(b-1) - 1."""
    highest = 2 ** (bits - 1) - 1
    scale = x.abs().amax(-1, keepdim=True).float().clamp_min(1e-30) / highest
    return ((x.float() / scale).round_() * scale).to(x.dtype)


def round_softmax(weights: Tensor, bits: int, grid: SoftmaxGrid) -> Tensor:
    """(..., T) weights that sum to 1, rounded to 2^b levels; the sum is what rounding leaves of it."""
    step = 1 / (2**bits - 1)
    if grid == "fixed":
        return (weights / step).round_().mul_(step)
    scale = weights.amax(-1, keepdim=True) * step
    return (weights / scale).round_().mul_(scale)
