"""ConvRot (arXiv 2512.03673): group-wise regular Hadamard rotation, then plain per-row rounding.

The official code pads the width to a multiple of its block of 256; here the block is the largest power of
four that divides the width: 256 at 1536 and 6144, so the same there, and 64 at 192.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..layer.activations import ActivationSpec
from ..layer.codes import encode_absmax
from ..layer.linear import QuantizedLinear
from ..layer.rotation import Rotation, regular_block
from .base import Layer, LayerSettings, MethodConfig
from .option_limits import Group
from .registry import method


@dataclass(frozen=True)
class ConvRot(MethodConfig):
    """Rotation in groups by a Hadamard matrix without an all-ones row; absolute-maximum scales a row."""

    group: Group = 256


@method(
    ConvRot,
    name="convrot",
    label="ConvRot (blocks that divide the width)",
    summary="Regular Hadamard rotation in groups of 256, per-row scales; no calibration.",
    order=50,
    quantizing_cells=700,
)
def quantize_layer(config: ConvRot, layer: Layer, settings: LayerSettings) -> QuantizedLinear:
    """Rotate and round; data-free."""
    width = layer.weight.shape[1]
    block = regular_block(width, config.group)
    weight = Rotation("regular", width, block)(layer.weight)
    codes = encode_absmax(weight, settings.weight_bits)
    activation = ActivationSpec("absmax", settings.act_bits)
    return QuantizedLinear.build(codes, activation, bias=layer.bias, rotation="regular", rotation_block=block)
