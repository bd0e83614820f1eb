"""How the input of a quantized linear is rounded: for which unit, on which grid, to how many bits."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Literal, TypeVar

import torch
from torch import Tensor

from .codes import group_size, safe_reciprocal
from .grids import GridKind, gaussian_grid

Entry = TypeVar("Entry")
ActivationKind = Literal["none", "gaussian", "absmax", "minmax", "static", "leading-zero"]


@dataclass(frozen=True)
class ActivationSpec:
    """The rounding of one layer's input.

    Kinds: `none` (float), `gaussian` (grid for a normal with the token's rms), `absmax` (symmetric, the
    token's largest magnitude times `clip`; all 2^b codes where that is below 1), `minmax` (asymmetric, the
    token's range), `static` (one asymmetric range for every token, from calibration), `leading-zero` (QuaRTZ:
    8 bits by the token's largest magnitude, of which each group keeps `bits` behind common leading zeros).
    """

    kind: ActivationKind
    bits: int = 16
    group: int | None = None
    """Channels that share a scale within a token; None for the whole token."""
    grid: GridKind = "midrise"
    clip: float = 1.0
    low: float = 0.0
    high: float = 0.0
    """Range of a static quantizer."""
    schedule: tuple[int, ...] | None = None
    """Bits a sampling step, when they vary; 16 leaves a step in float."""
    ranges: tuple[tuple[float, float], ...] | None = None
    """(low, high) of a static quantizer a sampling step, when they vary."""

    def at(self, step: int, steps: int) -> ActivationSpec:
        """The rounding of sampling step `step` (0-based) of `steps`, which is the same for all steps.

        A schedule of another length is mapped proportionally.
        """
        if self.kind == "none" or not (self.schedule or self.ranges):
            return self
        bits = _entry(self.schedule, step, steps) if self.schedule else self.bits
        low, high = _entry(self.ranges, step, steps) if self.ranges else (self.low, self.high)
        return replace(self, bits=bits, low=low, high=high, schedule=None, ranges=None)

    @property
    def widths(self) -> tuple[int, ...]:
        """Every width that the input may be rounded to, ascending."""
        return tuple(sorted(set(self.schedule or (self.bits,))))

    @property
    def half_integers(self) -> bool:
        """Whether codes lie halfway between whole numbers."""
        return self.kind == "gaussian" and self.grid == "midrise"

    @property
    def static_scale(self) -> tuple[float, int]:
        """Scale and zero point of `static`, which spreads 2^bits codes over the range; scale 0 for none."""
        scale = max(self.high - self.low, 0.0) / (2**self.bits - 1)
        return scale, round(-self.low / scale) if scale > 0 else 0

    def bits_at(self, step: int, steps: int) -> int:
        """Bits of sampling step `step` of `steps`."""
        return self.at(step, steps).bits

    @property
    def stored_bits(self) -> int:
        """Of the ranges that a static quantizer keeps: 16 a bound."""
        ranges = len(self.ranges) if self.ranges else 1
        return 32 * ranges if self.kind == "static" else 0

    def roundings(self) -> tuple[ActivationSpec, ...]:
        """Every rounding that some step has, each once."""
        lengths = [len(values) for values in (self.schedule, self.ranges) if values]
        steps = math.lcm(*lengths)
        return tuple(dict.fromkeys(self.at(step, steps) for step in range(steps)))


def _entry(values: tuple[Entry, ...], step: int, steps: int) -> Entry:
    """What a list of any length has for step `step` of `steps`."""
    index = ((2 * step + 1) * len(values)) // (2 * max(1, steps))
    return values[min(max(index, 0), len(values) - 1)]


def quantize_activation(z: Tensor, spec: ActivationSpec) -> tuple[Tensor, Tensor | None]:
    """Round tokens z (M, K) to `spec.bits`; of what changes with the step, see `ActivationSpec.at`.

    Returns:
        (values, scale): the rounded input is values * scale. With one scale a token, `values` holds codes
        (integers, or half-integers for a mid-rise grid) and scale is (M, 1) or a scalar tensor; with groups,
        `values` is already scaled and scale is None. `kind` "none" or 16 bits returns z itself.
    """
    bits = spec.bits
    if spec.kind == "none" or bits >= 16:
        return z, None
    if spec.kind == "static":
        return _static(z, spec)
    if spec.kind == "leading-zero":
        return leading_zero_codes(z, bits, spec.group)
    tokens, width = z.shape
    group = group_size(width, spec.group)
    blocks = z.view(tokens, width // group, group) if group != width else z
    if spec.kind == "gaussian":
        codes, scale = _gaussian(blocks, spec.grid, bits)
    elif spec.kind == "absmax":
        codes, scale = _absmax(blocks, bits, spec.clip)
    else:
        codes, scale = _minmax(blocks, bits)
    if group != width:
        return codes.mul_(scale).view(tokens, width), None
    return codes, scale


def rounded_activation(z: Tensor, spec: ActivationSpec) -> Tensor:
    """(M, K) what `quantize_activation` makes of tokens z, as numbers."""
    values, scale = quantize_activation(z, spec)
    return values if scale is None else values * scale


def _gaussian(z: Tensor, grid: GridKind, bits: int) -> tuple[Tensor, Tensor]:
    chosen = gaussian_grid(bits, grid)
    scale = torch.linalg.vector_norm(z, dim=-1, keepdim=True).mul_(chosen.step / z.shape[-1] ** 0.5)
    codes = z * safe_reciprocal(scale)
    if chosen.offset:
        return codes.floor_().clamp_(chosen.lowest, chosen.highest).add_(0.5), scale
    return codes.round_().clamp_(chosen.lowest, chosen.highest), scale


def _absmax(z: Tensor, bits: int, clip: float) -> tuple[Tensor, Tensor]:
    highest = 2 ** (bits - 1) - 1
    scale = torch.linalg.vector_norm(z, ord=float("inf"), dim=-1, keepdim=True).mul_(clip / highest)
    codes = (z * safe_reciprocal(scale)).round_()
    return (codes.clamp_(-highest - 1, highest) if clip < 1 else codes), scale


def _minmax(z: Tensor, bits: int) -> tuple[Tensor, Tensor]:
    low, high = torch.aminmax(z, dim=-1, keepdim=True)
    low, high = low.clamp_max(0.0), high.clamp_min(0.0)
    top = 2**bits - 1
    scale = (high - low) / top
    inverse = safe_reciprocal(scale)
    zero = (-low * inverse).round_()
    codes = (z * inverse).round_()
    return torch.minimum(torch.maximum(codes, -zero), top - zero), scale


def _static(z: Tensor, spec: ActivationSpec) -> tuple[Tensor, Tensor]:
    scale, zero = spec.static_scale
    if scale == 0:
        return torch.zeros_like(z), z.new_zeros(())
    return (z / scale).round_().clamp_(-zero, 2**spec.bits - 1 - zero), z.new_tensor(scale)


def leading_zero_step(largest: Tensor, bits: int) -> Tensor:
    """The power of two that groups of these largest magnitudes (at least 1) are divided by.

    What remains has `bits` - 1 bits beside the sign.
    """
    return torch.exp2((torch.floor(torch.log2(largest)) + 2 - bits).clamp_min(0))


def leading_zero_codes(z: Tensor, bits: int, group: int | None) -> tuple[Tensor, Tensor]:
    """8-bit codes (M, K) of which every group keeps its top `bits`, and each row's scale (M, 1).

    The scale is that of the row's largest magnitude. Leading zeros that a whole group has are dropped and as
    many low bits kept: small values keep their least significant bits, which is where texture is. Source:
    QuaRTZ (arXiv 2509.26436).
    """
    rows, width = z.shape
    scale = torch.linalg.vector_norm(z, ord=float("inf"), dim=-1, keepdim=True) / 127
    codes = (z * safe_reciprocal(scale)).round_().view(rows, -1, group_size(width, group))
    largest = codes.abs().amax(-1, keepdim=True).clamp_min(1)
    step = leading_zero_step(largest, bits)
    highest = 2 ** (bits - 1) - 1
    kept = (codes / step).round_().clamp_(-highest, highest).mul_(step)
    return kept.view(rows, width), scale
