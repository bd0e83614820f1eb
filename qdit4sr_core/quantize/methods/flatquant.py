"""FlatQuant (Sun et al., ICML 2025), by layer and shortened: a learned Kronecker transform of the input.

z = (x / s) (P1 (x) P2) and w' = (w s) (P1 (x) P2)^(-T): both factors, each about the root of the width in
size, s, and the clips of weights and inputs are learned on the layer's output error, through the roundings.
Published: the error of a whole block over 15 epochs of 128 samples, factors by singular values and Cayley's
map. Here: each layer on its own sampled tokens for some hundred steps, factors inverted directly and started
at a Hadamard rotation; the best state met is kept.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from ..layer.activations import ActivationSpec
from ..layer.codes import encode_absmax, encode_symmetric, storable
from ..layer.input_transform import transform_input
from ..layer.linear import QuantizedLinear
from ..layer.rotation import Rotation
from ..solvers.smoothing import smoothing_factors
from ..solvers.straight_through import descend, round_through, symmetric_through
from .base import Layer, LayerSettings, MethodConfig
from .option_limits import Iterations, Rate
from .registry import method

_ALPHA = 0.3
_CLIP_START = 4.0
"""Clips are sigmoids; this is 0.98."""


@dataclass(frozen=True)
class FlatQuant(MethodConfig):
    """Symmetric weights a channel and symmetric dynamic activations a token, both with learned clips."""

    iterations: Iterations = 150
    """Optimisation steps a layer."""
    rate: Rate = 5e-3
    """Of the transform; the clips learn ten times as fast."""


def kronecker_sizes(width: int) -> tuple[int, int]:
    """The factors (n1, n2) of the width with the least sum, n1 <= n2."""
    first = max(n for n in range(1, math.isqrt(width) + 1) if width % n == 0)
    return first, width // first


def inverse_transposed(matrix: Tensor) -> Tensor:
    """P^(-T), worked out in double precision."""
    return torch.linalg.inv(matrix.double()).t().to(matrix.dtype)


class _Flattening:
    """The learned state of one layer."""

    def __init__(self, weight: Tensor, smooth: Tensor, bits: tuple[int, int]) -> None:
        self.weight, (self.weight_bits, self.act_bits) = weight, bits
        first, second = kronecker_sizes(weight.shape[1])
        self.log_smooth = smooth.log().requires_grad_(True)
        self.across = Rotation("hadamard", first)(torch.eye(first)).requires_grad_(True)
        self.within = Rotation("hadamard", second)(torch.eye(second)).requires_grad_(True)
        self.weight_clip = torch.full((len(weight), 1), _CLIP_START).requires_grad_(True)
        self.act_clip = torch.tensor(_CLIP_START).requires_grad_(True)

    def inputs(self, x: Tensor) -> Tensor:
        """(S, K) rounded inputs in the new basis."""
        z = transform_input(x / self.log_smooth.exp(), self.within[None], self.across)
        if self.act_bits >= 16:
            return z
        highest = 2 ** (self.act_bits - 1) - 1
        span = z.abs().amax(1, keepdim=True).clamp_min(1e-12)
        scale = span * torch.sigmoid(self.act_clip) / highest
        return round_through(z / scale).clamp(-highest - 1, highest) * scale

    def turned(self, smooth: Tensor, within: Tensor, across: Tensor) -> Tensor:
        """(N, K) the weight in the basis of these."""
        return transform_input(
            self.weight * smooth, inverse_transposed(within)[None], inverse_transposed(across)
        )

    def scale(self, turned: Tensor) -> Tensor:
        """(N, 1) clipped scales."""
        highest = 2 ** (self.weight_bits - 1) - 1
        return turned.abs().amax(1, keepdim=True) * torch.sigmoid(self.weight_clip) / highest

    def rounded(self) -> Tensor:
        """(N, K) the rounded weight in the new basis."""
        turned = self.turned(self.log_smooth.exp(), self.within, self.across)
        return symmetric_through(turned, self.scale(turned), self.weight_bits)


@method(
    FlatQuant,
    name="flatquant",
    label="FlatQuant (by layer, shortened)",
    needs_calibration=True,
    learns=True,
    summary="Learned Kronecker transforms, channel factors and clips; its transform is applied online.",
    order=85,
    quantizing_cells=480_000,
)
def quantize_layer(config: FlatQuant, layer: Layer, settings: LayerSettings) -> QuantizedLinear:
    """Learn the transform on the sampled tokens, then round; a layer never called is rounded plainly."""
    statistics = layer.statistics
    if statistics is None:
        codes = encode_absmax(layer.weight, settings.weight_bits)
        return QuantizedLinear.build(codes, ActivationSpec("absmax", settings.act_bits), bias=layer.bias)
    spans = statistics.absmax.amax(0), layer.weight.abs().amax(0)
    smooth = smoothing_factors(*spans, _ALPHA)
    state = _Flattening(layer.weight, smooth, (settings.weight_bits, settings.act_bits))
    target = statistics.samples @ layer.weight.t()
    norm = target.square().mean().clamp_min(1e-20)

    def loss() -> Tensor:
        output = state.inputs(statistics.samples) @ state.rounded().t()
        return (output - target).square().mean() / norm

    slow, fast = config.rate, 10 * config.rate
    learned = [(state.log_smooth, slow), (state.across, slow), (state.within, slow)]
    clips = [(state.weight_clip, fast), (state.act_clip, fast)]
    descend([*learned, *clips], loss, config.iterations, layer.cancelled)
    with torch.no_grad():
        smooth = storable(state.log_smooth.exp())
        across, within = storable(state.across.detach()), storable(state.within.detach())
        turned = state.turned(smooth, within, across)
        codes = encode_symmetric(turned, state.scale(turned), settings.weight_bits, full=True)
        clip = float(torch.sigmoid(state.act_clip))
    return QuantizedLinear.build(
        codes,
        ActivationSpec("absmax", settings.act_bits, clip=clip),
        bias=layer.bias,
        smooth=smooth,
        transform=within[None],
        across=across,
    )
