"""GPTQ (Frantar et al., ICLR 2023): second-order weight rounding, with per-token dynamic activations."""

from __future__ import annotations

from dataclasses import dataclass

from ..layer.activations import ActivationSpec
from ..layer.codes import encode_symmetric, search_symmetric_scale
from ..layer.linear import QuantizedLinear
from ..solvers.gptq import gptq_round
from .base import Layer, LayerSettings, MethodConfig
from .option_limits import Dampening, Group
from .registry import method


@dataclass(frozen=True)
class GPTQ(MethodConfig):
    """Symmetric codes on clipped scales of least squared error, rounded in the order of importance."""

    group: Group | None = None
    """Input channels to a weight scale; None for the whole channel."""
    dampening: Dampening = 0.01
    act_order: bool = True


@method(
    GPTQ,
    name="gptq",
    label="GPTQ (per-channel, dynamic activations)",
    needs_calibration=True,
    summary="Second-order rounding of weights on calibrated inputs; activations rounded a token at a time.",
    order=30,
    simulated_ratio=1.35,
)
def quantize_layer(config: GPTQ, layer: Layer, settings: LayerSettings) -> QuantizedLinear:
    """Round with error feedback; a layer that was never called is rounded plainly."""
    scale = search_symmetric_scale(layer.weight, settings.weight_bits, config.group, full=True)
    codes = encode_symmetric(layer.weight, scale, settings.weight_bits, full=True)
    moment = layer.moment("gptq")
    if moment is not None:
        codes = gptq_round(
            layer.weight,
            moment,
            codes,
            dampening=config.dampening,
            act_order=config.act_order,
            cancelled=layer.cancelled,
        )
    return QuantizedLinear.build(codes, ActivationSpec("absmax", settings.act_bits), bias=layer.bias)
