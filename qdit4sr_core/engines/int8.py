"""The integer engine: int8 codes times int8 codes with int32 sums (`torch._int_mm`), exact."""

from __future__ import annotations

import torch
from torch import Tensor

CUDA_ROWS = 32
"""`torch._int_mm` on CUDA takes more than 16 rows; fewer are padded to this many."""
_CUDA_MULTIPLE = 8
"""It also wants inputs and outputs in multiples of eight."""


def fits_int8(bits: int, half_steps: bool, asymmetric: bool = False) -> bool:
    """Whether codes of this width fit int8: half-integer and zero-shifted codes need one bit more."""
    return bits + int(half_steps or asymmetric) <= 8


def int8_runs_on(device: torch.device | str, outputs: int, inputs: int) -> bool:
    """Whether a device multiplies int8 matrices of this size: the CPU any, CUDA multiples of eight."""
    kind = torch.device(device).type
    whole = outputs % _CUDA_MULTIPLE == 0 and inputs % _CUDA_MULTIPLE == 0
    return kind == "cpu" or (kind == "cuda" and whole)


def padded_rows(rows: int, device: torch.device | str) -> int:
    """Rows that a product of `rows` rows must have on a device."""
    return CUDA_ROWS if torch.device(device).type == "cuda" and rows <= 16 else rows


def integer_product(left: Tensor, right: Tensor, rows: int) -> Tensor:
    """(M, K) int8 times (K, N) int8 as (M, N) int32, with `left` padded to at least `rows` rows."""
    count = left.shape[0]
    if count >= rows:
        return torch._int_mm(left, right)
    padded = left.new_zeros(rows, left.shape[1])
    padded[:count] = left
    return torch._int_mm(padded, right)[:count]


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
        scale: (M, 1) or scalar, float32.
        weight: (N, K) int8.
        channel_scale: (N,) float32.
        bias: (N,) or None.
        doubled: codes are half-integers and are multiplied by two (the caller halves a scale).

    Returns:
        (M, N) float32.
    """
    integers = (codes * 2 if doubled else codes).to(torch.int8)
    rows = padded_rows(len(integers), integers.device)
    product = integer_product(integers, weight.t(), rows) * channel_scale
    return product.mul_(scale) if bias is None else torch.addcmul(bias, product, scale)
