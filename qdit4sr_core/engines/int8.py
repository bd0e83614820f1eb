"""The integer engine: int8 codes times int8 codes with int32 sums (`torch._int_mm`), exact."""

from __future__ import annotations

import torch
from torch import Tensor


def fits_int8(bits: int, half_steps: bool, asymmetric: bool = False) -> bool:
    """Whether codes of this width fit int8: half-integer and zero-shifted codes need one bit more."""
    return bits + int(half_steps or asymmetric) <= 8


def int8_product(
    codes: Tensor,
    scale: Tensor,
    weight: Tensor,
    channel_scale: Tensor,
    bias: Tensor | None,
    doubled: bool = False,
) -> Tensor:
    """(codes * scale) (weight * channel_scale)^T + bias with an exact integer product.

    Args:
        codes: (M, K) float tensor of integers in -128..127, or half-integers when `doubled`.
        scale: (M, 1) or scalar.
        weight: (N, K) int8.
        channel_scale: (N,).
        bias: (N,) or None.
        doubled: codes are half-integers and are multiplied by two (the caller halves a scale).

    Returns:
        (M, N) float32.
    """
    integers = (codes * 2 if doubled else codes).to(torch.int8)
    product = torch._int_mm(integers, weight.t()) * channel_scale
    return product.mul_(scale) if bias is None else torch.addcmul(bias, product, scale)
