"""The plain row: Hadamard rotation, groups of 64 for both operands, GPTQ; no idea beyond these three.

It shows what of a method's distance to the others is owed to groups and error feedback alone.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..layer.activations import ActivationSpec
from ..layer.codes import encode_symmetric, search_symmetric_scale
from ..layer.linear import QuantizedLinear
from ..layer.rotation import Rotation
from ..solvers.gptq import gptq_round
from .base import Layer, LayerSettings, MethodConfig, Rounding
from .option_limits import Group
from .registry import method


@dataclass(frozen=True)
class HadamardGPTQ(MethodConfig):
    """Half-integer weight codes on searched scales, asymmetric dynamic activations."""

    group: Group = 64
    rounding: Rounding = "gptq"


@method(
    HadamardGPTQ,
    name="hadamard-gptq",
    label="Hadamard, g64, GPTQ (plain)",
    needs_calibration=True,
    calibrated=lambda config: config.rounding == "gptq",
    summary="Nothing but rotation, groups of 64 for weights and activations, and error feedback.",
    order=45,
)
def quantize_layer(config: HadamardGPTQ, layer: Layer, settings: LayerSettings) -> QuantizedLinear:
    """Rotate and round."""
    rotation = Rotation("hadamard", layer.weight.shape[1])
    weight = rotation(layer.weight)
    scale = search_symmetric_scale(weight, settings.weight_bits, config.group, 0.5)
    codes = encode_symmetric(weight, scale, settings.weight_bits, 0.5)
    moment = layer.moment(config.rounding)
    if moment is not None:
        codes = gptq_round(weight, rotation.moment(moment), codes, cancelled=layer.cancelled)
    activation = ActivationSpec("minmax", settings.act_bits, config.group)
    return QuantizedLinear.build(codes, activation, bias=layer.bias, rotation="hadamard")
