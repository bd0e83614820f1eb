"""PassionSR-style (Zhu et al., CVPR 2025): learned scale and offset of each channel, learned static bounds.

z = (x - c) / s is rounded to one static range, w' = w s to a range of each channel, and the bias takes c up;
s starts at (x_max / w_max)^0.3, and s, c and both kinds of bounds are learned on the layer's output error.
Published for one-step U-Nets, in stages over the whole network, with large channels split in two; here each
layer on its own sampled tokens, all at once, from c in the middle of each channel's range, and at larger
steps for the much shorter way.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from ..calibration.statistics import LayerStatistics
from ..layer.activations import ActivationSpec
from ..layer.codes import encode_asymmetric, storable
from ..layer.linear import QuantizedLinear
from ..solvers.smoothing import smoothing_factors
from ..solvers.straight_through import asymmetric_through, descend, encode_range, static_through
from .base import Layer, LayerSettings, MethodConfig
from .option_limits import Exponent, Iterations, Rate
from .registry import method

_START = 4.0
"""Shares of a range are sigmoids; this is 0.98."""


@dataclass(frozen=True)
class PassionSR(MethodConfig):
    """Asymmetric weights a channel, static activations a tensor."""

    alpha: Exponent = 0.3
    iterations: Iterations = 200
    """Optimisation steps a layer."""
    rate: Rate = 1e-2


class _Equalizing:
    """The learned state of one layer."""

    def __init__(self, weight: Tensor, statistics: LayerStatistics, alpha: float) -> None:
        self.weight = weight
        low, high = statistics.minimum, statistics.maximum
        offset = 0.5 * (low + high)
        smooth = initial_scale(statistics, weight, alpha)
        self.unit = (0.5 * (high - low)).clamp_min(1e-6)
        """Of the offset, so that one rate fits every channel."""
        self.middle = offset
        self.log_smooth = smooth.log().requires_grad_(True)
        self.moved = torch.zeros_like(offset).requires_grad_(True)
        self.span = float((self.unit / smooth).max())
        self.bounds = torch.full((2,), _START).requires_grad_(True)
        self.weight_bounds = torch.full((2, len(weight), 1), _START).requires_grad_(True)

    def offset(self) -> Tensor:
        """(K,) what is taken from the input."""
        return self.middle + self.moved * self.unit

    def input_range(self) -> tuple[Tensor, Tensor]:
        """Scalars low < 0 < high."""
        low, high = (self.span * torch.sigmoid(self.bounds)).unbind()
        return -low, high

    def weight_range(self, scaled: Tensor) -> tuple[Tensor, Tensor]:
        """(N, 1) bounds of w s, low <= 0 <= high."""
        share = torch.sigmoid(self.weight_bounds)
        low, high = scaled.amin(1, keepdim=True), scaled.amax(1, keepdim=True)
        return low.clamp_max(0) * share[0], high.clamp_min(0) * share[1]

    def output(self, x: Tensor, bits: tuple[int, int]) -> Tensor:
        """(S, N) without the bias, weights rounded to bits[0] and inputs to bits[1]."""
        smooth, offset = self.log_smooth.exp(), self.offset()
        z = (x - offset) / smooth
        if bits[1] < 16:
            z = static_through(z, *self.input_range(), bits[1])
        scaled = self.weight * smooth
        rounded = asymmetric_through(scaled, *self.weight_range(scaled), bits[0])
        return z @ rounded.t() + self.weight @ offset


def initial_scale(statistics: LayerStatistics, weight: Tensor, alpha: float) -> Tensor:
    """(K,) (x_max / w_max)^alpha up to a common factor, of the inputs around the middle of their range."""
    span = 0.5 * (statistics.maximum - statistics.minimum)
    return smoothing_factors(span, weight.abs().amax(0), alpha, alpha)


@method(
    PassionSR,
    name="passionsr",
    label="PassionSR-style (by layer, learned scale and offset)",
    needs_calibration=True,
    learns=True,
    summary="Learned scale and offset of each input channel, learned static bounds.",
    order=82,
    quantizing_cells=680_000,
)
def quantize_layer(config: PassionSR, layer: Layer, settings: LayerSettings) -> QuantizedLinear:
    """Learn on the sampled tokens, then round; a layer never called keeps a dynamic range."""
    statistics = layer.statistics
    if statistics is None:
        codes = encode_asymmetric(layer.weight, settings.weight_bits)
        return QuantizedLinear.build(codes, ActivationSpec("minmax", settings.act_bits), bias=layer.bias)
    state = _Equalizing(layer.weight, statistics, config.alpha)
    target = statistics.samples @ layer.weight.t()
    norm = target.square().mean().clamp_min(1e-20)
    bits = settings.weight_bits, settings.act_bits

    def loss() -> Tensor:
        return (state.output(statistics.samples, bits) - target).square().mean() / norm

    slow, fast = config.rate, 5 * config.rate
    equalized = [(state.log_smooth, slow), (state.moved, slow)]
    learned = [*equalized, (state.bounds, fast), (state.weight_bounds, fast)]
    descend(learned, loss, config.iterations, layer.cancelled)
    with torch.no_grad():
        smooth, offset = storable(state.log_smooth.exp()), storable(state.offset())
        scaled = layer.weight * smooth
        codes = encode_range(scaled, *state.weight_range(scaled), settings.weight_bits)
        low, high = (float(bound) for bound in state.input_range())
        moved = layer.weight @ offset
        activation = ActivationSpec("none")
        if settings.act_bits < 16:
            activation = ActivationSpec("static", settings.act_bits, low=low, high=high)
    bias = moved if layer.bias is None else layer.bias + moved
    return QuantizedLinear.build(codes, activation, bias=bias, shift=offset, smooth=smooth)
