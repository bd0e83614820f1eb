"""SVDQuant (Li et al., ICLR 2025): smoothing, a low-rank branch refined against the rounding, groups of 64.

Simplified: inputs after GELU keep signed codes (published: shifted and unsigned), and the smoothing search
sees a few hundred calibration tokens. The rank is Q-DiT4SR's total.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from ..layer.activations import ActivationSpec, rounded_activation
from ..layer.codes import WeightCodes, encode_absmax, storable
from ..layer.linear import Branch, QuantizedLinear
from ..solvers.gptq import gptq_round
from ..solvers.hsvd import truncated_svd
from ..solvers.smoothing import smoothing_factors
from ..targets import LayerSource
from .base import Layer, LayerSettings, MethodConfig, Plan, Rounding, branch_plan, total_rank
from .option_limits import Count, Group, Rank
from .registry import method

if TYPE_CHECKING:
    from ..calibration.statistics import Calibration


@dataclass(frozen=True)
class SVDQuant(MethodConfig):
    """Symmetric groups of 64 for weights and activations, and a 16-bit branch."""

    rank: Rank | None = None
    """None: as many as Q-DiT4SR's global and local ranks together."""
    group: Group = 64
    grid_points: Count = 10
    """Exponents tried in the smoothing search (published: 20)."""
    refinements: Count = 20
    """Most alternations of branch and codes; stops when the error no longer falls (published: 100)."""
    rounding: Rounding = "gptq"
    """Of the residual: the stronger of the two published settings. `nearest` is the other."""


def plan(
    config: SVDQuant,
    sources: Sequence[LayerSource],
    width: int,
    calibration: Calibration | None,  # noqa: ARG001
) -> Plan:
    """Equal widths and ranks."""
    return branch_plan(config, sources, total_rank(config.rank, width))


def split_weight(
    weight: Tensor, rank: int, bits: int, group: int, refinements: int
) -> tuple[Branch, WeightCodes]:
    """Branch and codes of a (smoothed) weight.

    An SVD of what the codes miss and the rounding of the rest take turns.
    """
    best: tuple[float, Branch, WeightCodes] | None = None
    target = weight
    for _ in range(max(1, refinements)):
        up, down = (storable(f) for f in truncated_svd(target, rank))
        low_rank = up @ down
        codes = encode_absmax(weight - low_rank, bits, group)
        rounded = codes.dequantize()
        error = float((weight - low_rank - rounded).square().sum())
        if best is not None and error > best[0] * 0.9995:
            break
        best = (error, Branch(up, down), codes)
        target = weight - rounded
    assert best is not None
    return best[1], best[2]


def search_smoothing(config: SVDQuant, layer: Layer, settings: LayerSettings) -> Tensor | None:
    """The factors with the least output error on sampled tokens; None for a layer that was never called.

    Exponents (alpha, beta) run over (a, 1 - a) and (a, 0) for a from 0 to 1.
    """
    if layer.statistics is None:
        return None
    samples = layer.statistics.samples
    target = samples @ layer.weight.t()
    spans = layer.statistics.absmax.amax(0), layer.weight.abs().amax(0)
    alphas = torch.linspace(0.0, 1.0, config.grid_points).tolist()
    candidates = [(a, 1.0 - a) for a in alphas] + [(a, 0.0) for a in alphas]
    best, best_error = torch.ones_like(spans[0]), float("inf")
    spec = ActivationSpec("absmax", settings.act_bits, config.group)
    for alpha, beta in candidates:
        smooth = smoothing_factors(*spans, alpha, beta)
        weight = layer.weight * smooth
        branch, codes = split_weight(weight, settings.global_rank, settings.weight_bits, config.group, 1)
        inputs = samples / smooth
        rounded = rounded_activation(inputs, spec)
        low_rank = branch.matrix()
        assert low_rank is not None
        error = float((rounded @ codes.dequantize().t() + inputs @ low_rank.t() - target).square().sum())
        if error < best_error:
            best, best_error = smooth, error
    return best


@method(
    SVDQuant,
    name="svdquant",
    label="SVDQuant (g64, signed, GPTQ)",
    plan=plan,
    needs_calibration=True,
    summary="Searched smoothing, a refined branch of Q-DiT4SR's rank, groups of 64.",
    order=90,
    quantizing_cells=67_000,
)
def quantize_layer(config: SVDQuant, layer: Layer, settings: LayerSettings) -> QuantizedLinear:
    """Smooth, take the branch out, round the rest; the branch sees the unrounded input."""
    smooth = search_smoothing(config, layer, settings)
    weight = layer.weight if smooth is None else layer.weight * smooth
    branch, codes = split_weight(
        weight, settings.global_rank, settings.weight_bits, config.group, config.refinements
    )
    moment = layer.moment(config.rounding)
    if moment is not None and smooth is not None:
        moment = moment / smooth[:, None] / smooth[None]
        low_rank = branch.matrix()
        assert low_rank is not None
        codes = gptq_round(weight - low_rank, moment, codes, cancelled=layer.cancelled)
    activation = ActivationSpec("absmax", settings.act_bits, config.group)
    return QuantizedLinear.build(codes, activation, bias=layer.bias, smooth=smooth, branch=branch)
