"""QuaRTZ (arXiv 2509.26436): 8 bits first, then the leading zeros that a group shares are dropped.

Small values keep their least significant bits, which carry texture. Weights get the shift of each group as a
power of two in its stored scale, 16 bits a group instead of the published flag bits. Above 8 bits there is
nothing to drop.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from ..layer.activations import ActivationSpec, leading_zero_codes, leading_zero_step
from ..layer.codes import WeightCodes, group_size, safe_reciprocal, storable
from ..layer.linear import QuantizedLinear
from .base import Layer, LayerSettings, MethodConfig
from .option_limits import Group
from .registry import method


@dataclass(frozen=True)
class QuaRTZ(MethodConfig):
    """Groups that share their leading zeros."""

    group: Group = 32
    act_group: Group = 16


def leading_zero_weight(weight: Tensor, bits: int, group: int) -> WeightCodes:
    """Codes of (N, K) whose scale a group is the channel's 8-bit scale times the group's power of two."""
    rows, columns = weight.shape
    size = group_size(columns, group)
    kept, scale = leading_zero_codes(weight, bits, size)
    blocks = kept.view(rows, -1, size)
    largest = blocks.abs().amax(-1).clamp_min(1)
    step = leading_zero_step(largest, bits)
    stored = storable(scale * step)
    highest = 2 ** (bits - 1) - 1
    codes = (weight.view(blocks.shape) * safe_reciprocal(stored)[..., None]).round().clamp(-highest, highest)
    return WeightCodes(codes.to(torch.int8).view(rows, columns), stored, bits)


@method(
    QuaRTZ,
    name="quartz",
    label="QuaRTZ (whole group scales)",
    summary="8-bit rounding, then leading zeros suppressed in groups of 32 weights and 16 inputs; no data.",
    order=96,
)
def quantize_layer(config: QuaRTZ, layer: Layer, settings: LayerSettings) -> QuantizedLinear:
    """Round to 8 bits and drop leading zeros; data-free."""
    codes = leading_zero_weight(layer.weight, settings.weight_bits, config.group)
    activation = ActivationSpec("leading-zero", settings.act_bits, config.act_group)
    return QuantizedLinear.build(codes, activation, bias=layer.bias)
