"""ConvRot (arXiv 2512.03673): group-wise regular Hadamard rotation, then plain per-row rounding.

As in the official code, blocks have 256 channels, and a width that they do not divide gets zeros up to whole
blocks: 64 at width 192, none at 1536 and 6144. What they are multiplied by is stored and counted. With
`pad=false` the block is the largest power of four that divides the width, 64 at 192: ComfyUI's format takes
no other, and it costs 0.8 to 1.1 dB to full precision on the bundled model.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from ..layer.activations import ActivationSpec
from ..layer.codes import encode_absmax
from ..layer.linear import QuantizedLinear
from ..layer.rotation import LARGEST_REGULAR, Rotation, largest_power_of_four, regular_block
from .base import Layer, LayerSettings, MethodConfig
from .option_limits import Between
from .registry import method


@dataclass(frozen=True)
class ConvRot(MethodConfig):
    """Rotation in groups by a Hadamard matrix without an all-ones row; absolute-maximum scales a row."""

    group: Annotated[int, Between(1, LARGEST_REGULAR)] = 256
    """Most channels that are rotated together; the largest power of four up to it is taken."""
    pad: bool = True
    """Fill the width up to whole groups with zeros, as the official code does."""


@method(
    ConvRot,
    name="convrot",
    label="ConvRot",
    summary="Regular Hadamard rotation in groups of 256, per-row scales; no calibration.",
    order=50,
    quantizing_cells=700,
)
def quantize_layer(config: ConvRot, layer: Layer, settings: LayerSettings) -> QuantizedLinear:
    """Rotate and round; data-free."""
    width = layer.weight.shape[1]
    block = largest_power_of_four(config.group) if config.pad else regular_block(width, config.group)
    weight = Rotation("regular", width, block)(layer.weight)
    codes = encode_absmax(weight, settings.weight_bits)
    activation = ActivationSpec("absmax", settings.act_bits)
    return QuantizedLinear.build(
        codes,
        activation,
        bias=layer.bias,
        rotation="regular",
        rotation_block=block,
        in_features=width,
    )
