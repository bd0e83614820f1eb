"""QuaRot-style quantization (Ashkboos et al., NeurIPS 2024): Hadamard rotation, clipped scales, GPTQ weights.

In a language model the rotation is fused into the residual stream; between a DiT's layers lies the adaptive
modulation, so here every layer rotates its input online.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..layer.activations import ActivationSpec
from ..layer.codes import encode_symmetric, search_symmetric_scale
from ..layer.linear import QuantizedLinear
from ..layer.rotation import Rotation
from ..solvers.gptq import gptq_round
from .base import Layer, LayerSettings, MethodConfig, Rounding
from .option_limits import Clip
from .registry import method


@dataclass(frozen=True)
class QuaRot(MethodConfig):
    """Per-channel weights with searched clipping, per-token activations clipped at a share of the maximum."""

    clip: Clip = 0.9
    rounding: Rounding = "gptq"
    """As published; `nearest` needs no calibration."""


@method(
    QuaRot,
    name="quarot",
    label="QuaRot-style (online Hadamard)",
    needs_calibration=True,
    calibrated=lambda config: config.rounding == "gptq",
    summary="Online Hadamard rotation, GPTQ weights, per-token activations with fixed clipping.",
    order=40,
)
def quantize_layer(config: QuaRot, layer: Layer, settings: LayerSettings) -> QuantizedLinear:
    """Rotate weight and input statistics, then round."""
    rotation = Rotation("hadamard", layer.weight.shape[1])
    weight = rotation(layer.weight)
    scale = search_symmetric_scale(weight, settings.weight_bits, None, full=True)
    codes = encode_symmetric(weight, scale, settings.weight_bits, full=True)
    moment = layer.moment(config.rounding)
    if moment is not None:
        codes = gptq_round(weight, rotation.moment(moment), codes, cancelled=layer.cancelled)
    clip = config.clip if settings.act_bits < 8 else 1.0
    activation = ActivationSpec("absmax", settings.act_bits, clip=clip)
    return QuantizedLinear.build(codes, activation, bias=layer.bias, rotation="hadamard")
