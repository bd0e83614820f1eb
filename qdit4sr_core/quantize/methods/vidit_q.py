"""ViDiT-Q (Zhao et al., ICLR 2025) without mixed precision: static channel scaling, then rotation.

The static part of the channel imbalance (that of all steps together) is balanced by SmoothQuant-like
factors, the part that changes along sampling by an online Hadamard rotation. Weights and tokens are
rounded asymmetrically.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..layer.activations import ActivationSpec
from ..layer.codes import encode_asymmetric
from ..layer.linear import QuantizedLinear
from ..layer.rotation import Rotation
from ..solvers.smoothing import smoothing_factors
from .base import Layer, LayerSettings, MethodConfig
from .option_limits import Exponent
from .registry import method


@dataclass(frozen=True)
class ViDiTQ(MethodConfig):
    """`alpha` is the exponent of the activation span, 0.3 in the published PixArt-Sigma setting."""

    alpha: Exponent = 0.3
    rotate: bool = True


@method(
    ViDiTQ,
    name="vidit-q",
    label="ViDiT-Q (static-dynamic balancing, no mixed precision)",
    needs_calibration=True,
    summary="Channel scaling from calibrated maxima plus online rotation; per-token asymmetric activations.",
    order=70,
    quantizing_cells=1_000,
)
def quantize_layer(config: ViDiTQ, layer: Layer, settings: LayerSettings) -> QuantizedLinear:
    """Scale, rotate, round; a layer that was never called is only rotated."""
    weight, smooth = layer.weight, None
    if layer.statistics is not None:
        called = layer.statistics.energy > 0
        span = (
            layer.statistics.absmax[called].mean(0) if bool(called.any()) else layer.statistics.absmax.amax(0)
        )
        smooth = smoothing_factors(span, weight.abs().amax(0), config.alpha)
        weight = weight * smooth
    if config.rotate:
        weight = Rotation("hadamard", weight.shape[1])(weight)
    codes = encode_asymmetric(weight, settings.weight_bits)
    return QuantizedLinear.build(
        codes,
        ActivationSpec("minmax", settings.act_bits),
        bias=layer.bias,
        smooth=smooth,
        rotation="hadamard" if config.rotate else "none",
    )
