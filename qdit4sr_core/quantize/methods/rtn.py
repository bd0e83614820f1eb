"""RTN: round to nearest, the quantizer without any idea; per channel or in groups."""

from __future__ import annotations

from dataclasses import dataclass

from ..layer.activations import ActivationKind, ActivationSpec
from ..layer.linear import QuantizedLinear
from .base import Layer, LayerSettings, MethodConfig, encode_minmax
from .option_limits import Group
from .registry import method


@dataclass(frozen=True)
class RTN(MethodConfig):
    """Absolute-maximum scales: weights per output channel (or group), activations per token, dynamic."""

    group: Group | None = None
    """Input channels to a weight scale; None for the whole channel."""
    act_group: Group | None = None
    """Channels to an activation scale; None for the whole token."""
    symmetric: bool = True


@method(
    RTN,
    name="rtn",
    label="RTN",
    summary="Round to nearest: per-channel weights, per-token activations, absolute-maximum scales.",
    order=10,
    simulated_ratio=1.3,
    quantizing_cells=600,
)
def quantize_layer(config: RTN, layer: Layer, settings: LayerSettings) -> QuantizedLinear:
    """Round weights and inputs to the nearest code."""
    codes = encode_minmax(layer.weight, settings.weight_bits, config.group, config.symmetric)
    kind: ActivationKind = "absmax" if config.symmetric else "minmax"
    activation = ActivationSpec(kind, settings.act_bits, config.act_group)
    return QuantizedLinear.build(codes, activation, bias=layer.bias)
