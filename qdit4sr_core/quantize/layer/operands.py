"""What a product takes besides the input."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor


@dataclass(frozen=True)
class Operands:
    """What a product takes besides the input, made from what is stored."""

    weight: Tensor
    """(N, K) numbers in the precision of the product, or int8."""
    channel: Tensor | None
    """(N,) float32 scales of an int8 weight; None for numbers."""
    down: Tensor | None
    """(K, R) branch factor, None without a branch."""
    up: Tensor | None
    """(R, N) branch factor."""
    shift: Tensor | None
    """(K,) float32, taken from the input."""
    inverse_smooth: Tensor | None
    """(K,) float32, multiplies the input."""
