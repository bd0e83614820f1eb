"""Integer codes of a weight matrix and the scales that turn them back into numbers.

value = (code + offset - zero) * scale, with one scale per output channel or per group of input channels.
Scales are rounded to the precision they are stored in before codes are made, so that a saved layer
reloads bit-identically.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from .grids import GridKind, gaussian_grid

_HALF_SMALLEST, _HALF_LARGEST = 6.2e-5, 6.0e4


def storable(values: Tensor) -> Tensor:
    """Round to float16, the stored precision of scales and branches; float32 where float16 would lose range.

    The result is float32; `storage_dtype` tells which precision holds it exactly.
    """
    values = values.float()
    magnitude = values.abs()
    nonzero = magnitude[magnitude > 0]
    if nonzero.numel() == 0:
        return values
    in_range = nonzero.max() < _HALF_LARGEST and nonzero.median() > _HALF_SMALLEST
    return values.half().float() if in_range else values


def storage_dtype(values: Tensor) -> torch.dtype:
    """The narrowest of float16, bfloat16 and float32 that holds every value exactly."""
    for dtype in (torch.float16, torch.bfloat16):
        if torch.equal(values.to(dtype).to(values.dtype), values):
            return dtype
    return torch.float32


@dataclass(frozen=True)
class WeightCodes:
    """A quantized matrix: int8 codes (out, in), scales and optional zero points (out, groups)."""

    codes: Tensor
    scale: Tensor
    bits: int
    offset: float = 0.0
    zero: Tensor | None = None
    full: bool = False
    """Whether symmetric codes use all 2^b values, the lowest without a counterpart, as GPTQ and QuaRot do."""

    @property
    def group(self) -> int:
        """Input channels that share a scale."""
        return self.codes.shape[1] // self.scale.shape[1]

    def dequantize(self) -> Tensor:
        """(out, in) float32."""
        rows, columns = self.codes.shape
        values = self.codes.float().view(rows, -1, self.group)
        if self.offset:
            values = values + self.offset
        if self.zero is not None:
            values = values - self.zero[..., None]
        return (values * self.scale[..., None]).reshape(rows, columns)


def group_size(columns: int, wanted: int | None) -> int:
    """Input channels a group: all `columns` for None, else their largest divisor up to `wanted`."""
    if wanted is None or wanted >= columns:
        return columns
    return max(g for g in range(1, wanted + 1) if columns % g == 0)


def grouped(weight: Tensor, group: int | None) -> Tensor:
    """(out, in) viewed as (out, groups, group)."""
    return weight.reshape(weight.shape[0], -1, group_size(weight.shape[1], group))


def safe_reciprocal(scale: Tensor) -> Tensor:
    """1 / scale, and 0 where the scale is 0 (an all-zero channel or token)."""
    return torch.where(scale > 0, 1.0 / scale.clamp_min(1e-30), torch.zeros_like(scale))


def symmetric_range(bits: int, offset: float, full: bool = False) -> tuple[int, int]:
    """Lowest and highest code of `bits`.

    A mid-rise grid (offset 0.5) has 2^b codes, a mid-tread one 2^b - 1 unless `full`.
    """
    highest = 2 ** (bits - 1) - 1
    return (-highest - 1 if offset or full else -highest), highest


def encode_symmetric(
    weight: Tensor, scale: Tensor, bits: int, offset: float = 0.0, full: bool = False
) -> WeightCodes:
    """Round (out, in) to the nearest code under given scales (out, groups)."""
    scale = storable(scale)
    blocks = weight.view(weight.shape[0], scale.shape[1], -1)
    lowest, highest = symmetric_range(bits, offset, full)
    codes = (blocks * safe_reciprocal(scale)[..., None] - offset).round_().clamp_(lowest, highest)
    return WeightCodes(codes.to(torch.int8).view(weight.shape), scale, bits, offset, full=full)


def gaussian_scale(
    weight: Tensor, bits: int, grid: GridKind, group: int | None = None
) -> tuple[Tensor, float]:
    """Scales (out, groups) of the grid optimal for a normal with each group's rms, and the grid's offset."""
    chosen = gaussian_grid(bits, grid)
    return grouped(weight, group).square().mean(-1).sqrt() * chosen.step, chosen.offset


def encode_gaussian(
    weight: Tensor, bits: int, grid: GridKind = "midrise", group: int | None = None
) -> WeightCodes:
    """Codes on the grid optimal for a normal distribution, per output channel (or per group)."""
    scale, offset = gaussian_scale(weight, bits, grid, group)
    return encode_symmetric(weight, scale, bits, offset)


def encode_absmax(weight: Tensor, bits: int, group: int | None = None) -> WeightCodes:
    """Symmetric codes whose largest code stands for the largest magnitude."""
    scale = grouped(weight, group).abs().amax(-1) / (2 ** (bits - 1) - 1)
    return encode_symmetric(weight, scale, bits)


def search_symmetric_scale(
    weight: Tensor,
    bits: int,
    group: int | None,
    offset: float = 0.0,
    weights: Tensor | None = None,
    points: int = 24,
    full: bool = False,
) -> Tensor:
    """Scales (out, groups) with the least (weighted) squared error among clipped absolute maxima.

    Args:
        weight: (out, in).
        bits: code width.
        group: input channels to a scale, None for all.
        offset: 0.5 for a mid-rise grid.
        weights: (in,) importance of input channels, None for equal.
        points: clip ratios tried between 0.35 and 1.
        full: whether the lowest of all 2^b codes is used.
    """
    blocks = grouped(weight, group)
    importance = 1.0 if weights is None else weights.view(1, blocks.shape[1], -1)
    lowest, highest = symmetric_range(bits, offset, full)
    whole = blocks.abs().amax(-1) / (highest + offset)
    best, best_error = storable(whole), torch.full_like(whole, float("inf"))
    for ratio in torch.linspace(1.0, 0.35, points).tolist():
        scale = storable(whole * ratio)
        inverse = safe_reciprocal(scale)[..., None]
        codes = (blocks * inverse - offset).round_().clamp_(lowest, highest)
        difference = codes.add_(offset).mul_(scale[..., None]).sub_(blocks)
        error = (difference.square_() * importance).sum(-1)
        better = error < best_error
        best, best_error = torch.where(better, scale, best), torch.where(better, error, best_error)
    return best


def encode_asymmetric(weight: Tensor, bits: int, group: int | None = None) -> WeightCodes:
    """Codes 0..2^b - 1 between each group's minimum and maximum; stored shifted into int8."""
    blocks = grouped(weight, group)
    low = blocks.amin(-1).clamp_max(0.0)
    high = blocks.amax(-1).clamp_min(0.0)
    top, shift = 2**bits - 1, 2 ** (bits - 1)
    scale = storable((high - low) / top)
    inverse = safe_reciprocal(scale)
    zero = (-low * inverse).round().clamp(0, top) - shift
    codes = (blocks * inverse[..., None]).round_().add_(zero[..., None]).clamp_(-shift, top - shift)
    return WeightCodes(codes.to(torch.int8).view(weight.shape), scale, bits, 0.0, zero)
