"""PTQ4DiT (Wu et al., NeurIPS 2024): channel-wise salience balancing with Spearman weighting of the steps.

Activations have one static range a tensor, as published. Reconstruction optimises the rounding of each
layer on its own (the publication: of each block, 20,000 steps).
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from ..calibration.statistics import LayerStatistics
from ..layer.activations import ActivationSpec, rounded_activation
from ..layer.codes import encode_asymmetric, storable
from ..layer.linear import QuantizedLinear
from ..solvers.adaround import learn_rounding
from ..solvers.static_range import static_range
from .base import Layer, LayerSettings, MethodConfig
from .option_limits import Iterations
from .registry import method


@dataclass(frozen=True)
class PTQ4DiT(MethodConfig):
    """Asymmetric per-channel weights, static per-tensor activations."""

    reconstruct: bool = True
    iterations: Iterations = 400
    """Optimisation steps a layer of the reconstruction."""


def spearman(a: Tensor, b: Tensor) -> float:
    """Rank correlation of two vectors (K,); 0 when one is constant."""
    ranks = [t.argsort().argsort().double() for t in (a, b)]
    centred = [r - r.mean() for r in ranks]
    norm = float(centred[0].norm() * centred[1].norm())
    constant = bool((a == a[0]).all()) or bool((b == b[0]).all())
    return 0.0 if constant or norm == 0 else float(centred[0] @ centred[1]) / norm


def balancing_factors(statistics: LayerStatistics, weight: Tensor) -> Tensor:
    """(K,) factors that divide the input, so that each channel's two spans become their geometric mean.

    The input span is averaged over steps with weights softmax(-rho_t): a step whose salient channels are
    others than the weight's counts more.
    """
    weight_span = weight.abs().amax(0)
    called = statistics.absmax[statistics.energy > 0]
    if len(called) == 0:
        return torch.ones_like(weight_span)
    correlation = torch.tensor([spearman(row, weight_span) for row in called])
    span = (torch.softmax(-correlation, 0)[:, None] * called).sum(0)
    usable = (span > 0) & (weight_span > 0)
    factors = (span.clamp_min(1e-30) / weight_span.clamp_min(1e-30)).sqrt().clamp(1e-4, 1e4)
    return storable(torch.where(usable, factors, torch.ones_like(factors)))


@method(
    PTQ4DiT,
    name="ptq4dit",
    label="PTQ4DiT (reconstruction by layer, shortened)",
    needs_calibration=True,
    learns=True,
    summary="Salience balancing, static per-tensor activations, roundings learned by layer.",
    order=80,
    simulated_ratio=1.3,
    quantizing_cells=660_000,
)
def quantize_layer(config: PTQ4DiT, layer: Layer, settings: LayerSettings) -> QuantizedLinear:
    """Balance, then round with a static range; a layer that was never called keeps a dynamic one."""
    statistics = layer.statistics
    if statistics is None:
        codes = encode_asymmetric(layer.weight, settings.weight_bits)
        return QuantizedLinear.build(codes, ActivationSpec("minmax", settings.act_bits), bias=layer.bias)
    smooth = balancing_factors(statistics, layer.weight)
    weight = layer.weight * smooth
    activation = ActivationSpec("none")
    inputs = statistics.samples / smooth
    if settings.act_bits < 16:
        low, high = static_range(statistics, smooth, settings.act_bits)
        activation = ActivationSpec("static", settings.act_bits, low=low, high=high)
    codes = encode_asymmetric(weight, settings.weight_bits)
    if config.reconstruct:
        rounded = rounded_activation(inputs, activation)
        codes = learn_rounding(
            weight, codes, rounded, inputs @ weight.t(), config.iterations, cancelled=layer.cancelled
        )
    return QuantizedLinear.build(codes, activation, bias=layer.bias, smooth=smooth)
