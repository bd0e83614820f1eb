"""QuEST (Wang et al., ICCV 2025), by layer: fine-tuning of what Q-Diffusion made, where it is sensitive.

Every layer starts with roundings learned as Q-Diffusion does, for inputs in a static range of their sampling
step. Then these ranges are learned, and in the sensitive layers (time embedding, queries, keys and values of
self-attention, feed-forward) the weight's scales too, both on the layer's output error at fixed codes.
Published: weights and input scales together over the steps of the sampler, channel-wise at 4 bits; the codes
of a layer stay here.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import torch
from torch import Tensor

from ..layer.activations import ActivationSpec
from ..layer.codes import storable
from ..layer.linear import QuantizedLinear
from ..solvers.static_range import StepRanges
from ..solvers.straight_through import descend
from ..targets import is_modulation
from .base import Layer, LayerSettings, MethodConfig
from .option_limits import Iterations, Rate, Share
from .q_diffusion import QDiffusion, learned_codes
from .q_diffusion import quantize_layer as quantize_by_q_diffusion
from .registry import method

_SENSITIVE = (".to_q", ".to_k", ".to_v")


@dataclass(frozen=True)
class QuEST(MethodConfig):
    """The fine-tuned reconstruction."""

    iterations: Iterations = 400
    """Optimisation steps a layer of Q-Diffusion's roundings."""
    tuning: Share = 0.4
    """Steps of the fine-tuning behind it, as a share of those."""
    rate: Rate = 3e-3
    """Relative change of a scale in a step."""


def is_sensitive(name: str) -> bool:
    """Whether the publication tunes the weights of the layer of this name, not only its input's scale."""
    return is_modulation(name) or name.endswith(_SENSITIVE) or ".ff" in name


@method(
    QuEST,
    name="quest",
    label="QuEST (from Q-Diffusion by layer, shortened)",
    needs_calibration=True,
    learns=True,
    summary="Q-Diffusion, then a static range a step and the scales of sensitive layers tuned.",
    order=78,
    quantizing_cells=880_000,
)
def quantize_layer(config: QuEST, layer: Layer, settings: LayerSettings) -> QuantizedLinear:
    """Reconstruct, then tune on the sampled tokens; a layer never called is only rounded."""
    statistics = layer.statistics
    if statistics is None:
        return quantize_by_q_diffusion(QDiffusion(), layer, settings)
    samples = statistics.samples
    ranges = StepRanges(statistics, settings.act_bits) if settings.act_bits < 16 else None
    start = samples if ranges is None else ranges.rounded(samples).detach()
    codes = learned_codes(layer, settings.weight_bits, start, config.iterations)
    target = samples @ layer.weight.t()
    norm = target.square().mean().clamp_min(1e-20)
    weight = codes.dequantize()
    stretch = torch.zeros(len(weight), requires_grad=True)

    def loss() -> Tensor:
        inputs = samples if ranges is None else ranges.rounded(samples)
        return ((inputs @ weight.t()) * stretch.exp() - target).square().mean() / norm

    learned = [(stretch, config.rate)] if is_sensitive(layer.source.name) else []
    if ranges is not None:
        learned.append((ranges.shares, config.rate))
    if learned:
        descend(learned, loss, round(config.tuning * config.iterations), layer.cancelled)
    with torch.no_grad():
        codes = dataclasses.replace(codes, scale=storable(codes.scale * stretch.exp()[:, None]))
    activation = ActivationSpec("none") if ranges is None else ranges.activation()
    return QuantizedLinear.build(codes, activation, bias=layer.bias)
