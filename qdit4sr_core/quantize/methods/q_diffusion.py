"""Q-Diffusion (Li et al., ICCV 2023), shortened: learned rounding and static ranges from all sampling steps.

Asymmetric weights a channel with AdaRound, one static range a tensor for activations. Published: block after
block for 20,000 steps, with learned activation scales and split shortcuts of the U-Net, which a transformer
has not; here each layer on its own for a few hundred steps, the range searched on sampled tokens.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from ..layer.activations import ActivationSpec, rounded_activation
from ..layer.codes import WeightCodes, encode_asymmetric
from ..layer.linear import QuantizedLinear
from ..solvers.adaround import learn_rounding
from ..solvers.static_range import static_range
from .base import Layer, LayerSettings, MethodConfig
from .option_limits import Iterations
from .registry import method


@dataclass(frozen=True)
class QDiffusion(MethodConfig):
    """The shortened reconstruction."""

    iterations: Iterations = 400
    """Optimisation steps a layer."""


def learned_codes(layer: Layer, bits: int, rounded: Tensor, iterations: int) -> WeightCodes:
    """Asymmetric codes a channel, their rounding learned for the layer's sampled inputs as rounded (S, K)."""
    assert layer.statistics is not None
    target = layer.statistics.samples @ layer.weight.t()
    codes = encode_asymmetric(layer.weight, bits)
    return learn_rounding(layer.weight, codes, rounded, target, iterations, cancelled=layer.cancelled)


@method(
    QDiffusion,
    name="q-diffusion",
    label="Q-Diffusion (by layer, shortened)",
    needs_calibration=True,
    learns=True,
    summary="Learned rounding of weights and one static activation range a tensor.",
    order=75,
    simulated_ratio=1.2,
    quantizing_cells=700_000,
)
def quantize_layer(config: QDiffusion, layer: Layer, settings: LayerSettings) -> QuantizedLinear:
    """Search the range, then learn the rounding for inputs rounded so; a layer never called is rounded."""
    statistics = layer.statistics
    if statistics is None:
        codes = encode_asymmetric(layer.weight, settings.weight_bits)
        return QuantizedLinear.build(codes, ActivationSpec("minmax", settings.act_bits), bias=layer.bias)
    activation = ActivationSpec("none")
    if settings.act_bits < 16:
        low, high = static_range(statistics, torch.ones_like(statistics.minimum), settings.act_bits)
        activation = ActivationSpec("static", settings.act_bits, low=low, high=high)
    rounded = rounded_activation(statistics.samples, activation)
    codes = learned_codes(layer, settings.weight_bits, rounded, config.iterations)
    return QuantizedLinear.build(codes, activation, bias=layer.bias)
