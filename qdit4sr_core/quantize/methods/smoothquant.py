"""SmoothQuant (Xiao et al., ICML 2023): channel factors from calibrated maxima, then plain rounding."""

from __future__ import annotations

from dataclasses import dataclass

from ..layer.activations import ActivationSpec
from ..layer.codes import encode_absmax
from ..layer.linear import QuantizedLinear
from ..solvers.smoothing import smoothing_factors
from .base import Layer, LayerSettings, MethodConfig
from .option_limits import Exponent
from .registry import method


@dataclass(frozen=True)
class SmoothQuant(MethodConfig):
    """s_j = max|X_j|^alpha / max|W_j|^(1 - alpha); per-channel weights, per-token dynamic activations."""

    alpha: Exponent = 0.5


@method(
    SmoothQuant,
    name="smoothquant",
    label="SmoothQuant (online factors)",
    needs_calibration=True,
    summary="Channel balancing from calibrated maxima; factors are applied online, not folded into norms.",
    order=20,
    simulated_ratio=1.5,
    quantizing_cells=1_000,
)
def quantize_layer(config: SmoothQuant, layer: Layer, settings: LayerSettings) -> QuantizedLinear:
    """Balance, then round; a layer that was never called is rounded without balancing."""
    weight, smooth = layer.weight, None
    if layer.statistics is not None:
        spans = layer.statistics.absmax.amax(0), weight.abs().amax(0)
        smooth = smoothing_factors(*spans, config.alpha)
        weight = weight * smooth
    codes = encode_absmax(weight, settings.weight_bits)
    activation = ActivationSpec("absmax", settings.act_bits)
    return QuantizedLinear.build(codes, activation, bias=layer.bias, smooth=smooth)
