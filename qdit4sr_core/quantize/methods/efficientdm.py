"""EfficientDM (He et al., ICLR 2024), by layer: a low-rank adapter merged into the weight before rounding.

w' = Q(w + B A) on symmetric scales a channel that start at the least squared error; the adapter (rank 32, B
starts at zero), the scales and a static range of the input for each sampling step are learned on the output
error of the layer, so that nothing is stored but the codes. The error is half that by the calibration's
second moment, which knows every token, and half that of sampled tokens, whose rounding is learned with it.
Published: the whole network imitates the full-precision one along its own trajectories for 16,000 steps.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Annotated

import torch
from torch import Tensor

from ..calibration.statistics import LayerStatistics
from ..layer.activations import ActivationSpec
from ..layer.codes import WeightCodes, encode_symmetric, search_symmetric_scale, storable
from ..layer.linear import QuantizedLinear
from ..solvers.static_range import StepRanges
from ..solvers.straight_through import descend, symmetric_through
from .base import Layer, LayerSettings, MethodConfig
from .option_limits import Between, Iterations, Rate
from .registry import method


@dataclass(frozen=True)
class EfficientDM(MethodConfig):
    """Symmetric weights a channel, static activations a tensor."""

    rank: Annotated[int, Between(1, 4096)] = 32
    """Of the adapter."""
    iterations: Iterations = 150
    """Optimisation steps a layer."""
    rate: Rate = 0.1
    """How far a first step of the descent moves what it learns, in steps of the grid that rounds it: weights
    by the adapter, the outermost codes by the scales, the bounds of the input by the ranges. So it suits any
    width and rank; the published rate of the adapter is a share of the grid, too.
    """


def initial_adapter(rows: int, columns: int, rank: int) -> tuple[Tensor, Tensor]:
    """B (rows, r) of zeros and A (r, columns), normal and of the same seed everywhere; B A is zero."""
    generator = torch.Generator().manual_seed(rank)
    down = torch.randn(rank, columns, generator=generator) / rank**0.5
    return torch.zeros(rows, rank), down


def product_step(rank: int) -> float:
    """How far B A moves where every entry of B moves by 1 against its gradient: E |a|_1 of a column."""
    return math.sqrt(2 * rank / math.pi)


def output_error(rounded: Tensor, weight: Tensor, moment: Tensor, samples: Tensor, noise: Tensor) -> Tensor:
    """Mean over outputs of E (q (x + e) - w x)^2, as the mean of two estimates of it.

    The second moment knows every token, but not e; the samples know e, but are few. Each is a sum of squares.
    Taking from the samples only what e adds to the moment's estimate has no lower bound where their own
    moment is another, and a descent follows that difference to where weights mean nothing.

    Args:
        rounded: q, (N, K).
        weight: w, (N, K).
        moment: (K, K) of x.
        samples: (S, K) of x.
        noise: (S, K) their e.
    """
    missed = rounded - weight
    of_moment = ((missed @ moment) * missed).sum()
    of_samples = (samples @ missed.t() + noise @ rounded.t()).square().sum() / len(samples)
    return 0.5 * (of_moment + of_samples) / len(weight)


def known_moment(statistics: LayerStatistics) -> Tensor:
    """(K, K) second moment of the input; of the samples where it was not kept."""
    moment = statistics.dense_moment
    return statistics.samples.t() @ statistics.samples / len(statistics.samples) if moment is None else moment


@method(
    EfficientDM,
    name="efficientdm",
    label="EfficientDM (by layer, shortened)",
    needs_calibration=True,
    learns=True,
    summary="A low-rank adapter merged into the weights before rounding, learned scales, a range a step.",
    order=77,
    quantizing_cells=515_000,
)
def quantize_layer(config: EfficientDM, layer: Layer, settings: LayerSettings) -> QuantizedLinear:
    """Learn adapter, scales and ranges, then merge and round; a layer never called is rounded to nearest."""
    weight, bits, statistics = layer.weight, settings.weight_bits, layer.statistics
    scale = search_symmetric_scale(weight, bits, None, full=True)
    if statistics is None:
        codes = encode_symmetric(weight, scale, bits, full=True)
        return QuantizedLinear.build(codes, ActivationSpec("minmax", settings.act_bits), bias=layer.bias)
    moment, samples = known_moment(statistics), statistics.samples
    ranges = StepRanges(statistics, settings.act_bits) if settings.act_bits < 16 else None
    stretch = torch.zeros_like(scale, requires_grad=True)
    up, down = (t.requires_grad_(True) for t in initial_adapter(len(weight), weight.shape[1], config.rank))
    reach = product_step(config.rank)
    norm = ((weight @ moment) * weight).sum().clamp_min(1e-20) / len(weight)

    def merged() -> tuple[Tensor, Tensor]:
        return weight + scale / reach * (up @ down), scale * stretch.exp()

    def loss() -> Tensor:
        noise = torch.zeros_like(samples) if ranges is None else ranges.rounded(samples) - samples
        rounded = symmetric_through(*merged(), bits)
        return output_error(rounded, weight, moment, samples, noise) / norm

    rate = config.rate
    learned = [(up, rate), (down, rate), (stretch, rate / 2 ** (bits - 1))]
    if ranges is not None:
        learned.append((ranges.shares, rate / 2 ** (settings.act_bits - 1)))
    descend(learned, loss, config.iterations, layer.cancelled)
    activation = ActivationSpec("none") if ranges is None else ranges.activation()
    with torch.no_grad():
        values, exact = merged()
        # tuned weights lie close to the edges of their codes: these are chosen before scales are stored
        steps = symmetric_through(values, exact, bits) / exact.clamp_min(1e-12)
        codes = WeightCodes(steps.round().to(torch.int8), storable(exact), bits, full=True)
    return QuantizedLinear.build(codes, activation, bias=layer.bias)
