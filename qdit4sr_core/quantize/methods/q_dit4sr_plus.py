"""Q-DiT4SR+: ours. The paper's frame, with every choice made against the error of the model's output.

At the stored bits of Q-DiT4SR (codes, scales and branches together) and the same mean activation bits:
- weight bits go to layers, and activation bits to layers and steps, by calibrated output sensitivity and the
  grid's true error (in place of weight variance, 4^-b, and one budget a layer);
- inputs are rotated and rounded in groups;
- the branch is chosen in the metric of what rounding the input destroys, and the rest is fitted to the
rounded
  input (Wiener) and rounded with second-order error feedback (GPTQ).
Inputs of adaLN layers, one token an image, keep float activations: they cost next to no operations.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from ..activations import ActivationKind, ActivationSpec, quantize_activation
from ..allocation import spend_bits
from ..calibrate import LayerStatistics
from ..codes import WeightCodes, encode_symmetric, group_size, search_symmetric_scale
from ..compensation import InputModel, input_model, weighted_branch
from ..gptq import gptq_round
from ..grids import kappa
from ..hadamard import Rotation, RotationKind
from ..hsvd import truncated_svd
from ..linear import Branch, QuantizedLinear
from ..targets import is_modulation
from .base import Layer, LayerSettings, LayerSource, MethodConfig, MethodSpec, Plan, resolve_ranks

if TYPE_CHECKING:
    from ..calibrate import Calibration

_OFFSET = 0.5
TREATMENTS: dict[str, tuple[RotationKind, ActivationKind]] = {
    "rotated, gaussian": ("hadamard", "gaussian"),
    "rotated, range": ("hadamard", "minmax"),
    "plain, range": ("none", "minmax"),
    "plain, gaussian": ("none", "gaussian"),
}
"""What may be done to an input before it is rounded: rotation, and the grid of each group."""


@dataclass(frozen=True)
class QDiT4SRPlus(MethodConfig):
    """Every part has a switch; `weight_bits` and `act_bits` are the widths of the Q-DiT4SR it is
    matched to.
    """

    rank: int | None = None
    """Rank of the branch; None: half of Q-DiT4SR's total, what is saved goes into code bits."""
    group: int | None = 64
    """Input channels to a weight scale."""
    act_group: int | None = 64
    """Channels to an activation scale."""
    rotate: bool | None = None
    """None: each layer takes what serves it best, rotated or not."""
    mixed_weights: bool = True
    mixed_activations: bool = True
    wiener: bool = True
    gptq: bool = True
    float_modulation: bool = True
    min_bits: int = 2
    max_bits: int = 8
    min_act_bits: int = 2
    max_act_bits: int = 8


def code_budget(config: QDiT4SRPlus, sources: Sequence[LayerSource], width: int, rank: int) -> float:
    """Mean code bits a weight that leave the stored total equal to Q-DiT4SR's at the same width."""
    theirs_rank = sum(resolve_ranks(None, None, width))
    total = spent = weights = 0
    for source in sources:
        m, n = source.shape
        weights += m * n
        total += m * n * config.weight_bits + 16 * (m + theirs_rank * (m + n))
        spent += 16 * (m * (n // group_size(n, config.group)) + rank * (m + n))
    return (total - spent) / weights


def plan(
    config: QDiT4SRPlus, sources: Sequence[LayerSource], width: int, calibration: Calibration | None
) -> Plan:
    """Code bits by layer and activation bits by layer and step."""
    assert calibration is not None
    theirs = sum(resolve_ranks(None, None, width))
    rank = theirs // 2 if config.rank is None else config.rank
    mean_bits = code_budget(config, sources, width, rank)
    steps = calibration.steps
    treatments: dict[str, str] = {}
    losses: dict[str, tuple[Tensor, Tensor]] = {}
    for source in sources:
        treatments[source.name], *both = _study(config, source, calibration.layers.get(source.name), steps)
        losses[source.name] = (both[0], both[1])
    limits = (config.min_bits, config.max_bits)
    if config.mixed_weights:
        sizes = [float(s.shape[0] * s.shape[1]) for s in sources]
        weight_losses = [float(losses[s.name][0].sum()) for s in sources]
        bits = spend_bits(sizes, weight_losses, min(mean_bits, config.max_bits), limits)
    else:
        bits = [min(int(mean_bits), config.max_bits)] * len(sources)
    schedules = _schedules(config, sources, {n: both[1] for n, both in losses.items()}, calibration)
    layers = {}
    for source, weight_bits in zip(sources, bits, strict=True):
        act_bits = 16 if config.float_modulation and is_modulation(source.name) else config.act_bits
        schedule, treatment = schedules.get(source.name), treatments[source.name]
        layers[source.name] = LayerSettings(weight_bits, act_bits, schedule, rank, treatment=treatment)
    counts = {t: list(treatments.values()).count(t) for t in TREATMENTS}
    return Plan(layers, {"rank": rank, "mean_code_bits": round(mean_bits, 4), "treatments": counts})


def _study(
    config: QDiT4SRPlus, source: LayerSource, statistics: LayerStatistics | None, steps: int
) -> tuple[str, Tensor, Tensor]:
    """The best input treatment, and (T,) output energies a unit of kappa of weight and of input rounding."""
    names = [
        t for t, (kind, _) in TREATMENTS.items() if config.rotate is None or config.rotate == (kind != "none")
    ]
    if statistics is None:
        return names[0], torch.zeros(steps), torch.zeros(steps)
    weight = source.load()[0].float()
    bits = min(config.act_bits, 8)
    best, best_error = names[0], float("inf")
    for name in names:
        rotation = Rotation(TREATMENTS[name][0], weight.shape[1])
        samples = rotation(statistics.samples)
        spec = activation_spec(config, name, bits, None)
        values, scale = quantize_activation(samples, spec, bits)
        noise = (values if scale is None else values * scale) - samples
        error = float((noise @ rotation(weight).t()).square().sum(1).mean()) / weight.shape[0]
        if error < best_error:
            best, best_error = name, error
    sensitivity = torch.ones(steps) if statistics.sensitivity is None else statistics.sensitivity
    energy = statistics.energy
    row_energy = float(weight.square().sum(1).mean())
    relative = energy / energy.mean().clamp_min(1e-30)
    return best, sensitivity * energy * row_energy, sensitivity * relative * (best_error / kappa(bits))


def _schedules(
    config: QDiT4SRPlus,
    sources: Sequence[LayerSource],
    importance: dict[str, Tensor],
    calibration: Calibration,
) -> dict[str, tuple[int, ...]]:
    """Activation bits with the mean, weighted by multiply-accumulates, at `act_bits`."""
    if not config.mixed_activations or config.act_bits >= 16:
        return {}
    chosen = [
        s
        for s in sources
        if s.name in calibration.layers and not (config.float_modulation and is_modulation(s.name))
    ]
    steps = calibration.steps
    costs, losses = [], []
    for source in chosen:
        cost = float(calibration.layers[source.name].tokens * source.shape[0] * source.shape[1]) / steps
        costs += [cost] * steps
        losses += importance[source.name].tolist()
    bits = spend_bits(costs, losses, config.act_bits, (config.min_act_bits, config.max_act_bits))
    return {s.name: tuple(bits[i * steps : (i + 1) * steps]) for i, s in enumerate(chosen)}


def quantize_layer(config: QDiT4SRPlus, layer: Layer, settings: LayerSettings) -> QuantizedLinear:
    """Rotate, choose the branch, fit the rest to the rounded input, round it."""
    kind = TREATMENTS[settings.treatment][0]
    rotation = Rotation(kind, layer.weight.shape[1])
    weight = rotation(layer.weight)
    activation = activation_spec(config, settings.treatment, settings.act_bits, settings.schedule)
    inputs = None
    if layer.statistics is not None and layer.statistics.second_moment is not None:
        inputs = rotated_inputs(layer.statistics, rotation, activation)
    if inputs is None:
        factors = truncated_svd(weight, settings.global_rank)
        branch = Branch(*(f.half().float() for f in factors)) if settings.global_rank else Branch()
    else:
        branch = weighted_branch(weight, _metric(inputs, settings.weight_bits), settings.global_rank)
    low_rank = branch.matrix()
    rest = weight if low_rank is None else weight - low_rank
    if inputs is not None and config.wiener and activation.kind != "none":
        rest = rest @ inputs.wiener()
    codes = round_rest(config, rest, inputs, settings.weight_bits)
    return QuantizedLinear.build(codes, activation, bias=layer.bias, rotation=kind, branch=branch)


def activation_spec(
    config: QDiT4SRPlus, treatment: str, bits: int, schedule: tuple[int, ...] | None
) -> ActivationSpec:
    """How a layer's input is rounded under a treatment."""
    kind = "none" if bits >= 16 else TREATMENTS[treatment][1]
    return ActivationSpec(kind, bits, config.act_group, schedule=schedule)


def _metric(inputs: InputModel, bits: int) -> Tensor:
    """What the rest of the weight costs: input rounding seen through Wiener, and its own rounding."""
    mean = float(inputs.rounded.diag().mean())
    return inputs.remaining() + kappa(bits) * mean * torch.eye(inputs.moment.shape[0])


def round_rest(config: QDiT4SRPlus, rest: Tensor, inputs: InputModel | None, bits: int) -> WeightCodes:
    """Half-integer codes on scales of least weighted error, with error feedback when the input is known."""
    importance = None if inputs is None else inputs.rounded.diag()
    scale = search_symmetric_scale(rest, bits, config.group, _OFFSET, importance)
    codes = encode_symmetric(rest, scale, bits, _OFFSET)
    if inputs is not None and config.gptq:
        codes = gptq_round(rest, inputs.rounded, codes)
    return codes


def rotated_inputs(statistics: LayerStatistics, rotation: Rotation, activation: ActivationSpec) -> InputModel:
    """The rotated input's second moment, and the noise that rounding sampled tokens makes at their
    steps' bits.
    """
    assert statistics.second_moment is not None
    moment = rotation(rotation(statistics.second_moment).t().contiguous())
    samples = rotation(statistics.samples)
    noise = torch.zeros(samples.shape[1])
    steps = len(statistics.energy)
    for step in statistics.sample_steps.unique().tolist():
        chosen = samples[statistics.sample_steps == step]
        values, scale = quantize_activation(chosen, activation, activation.bits_at(int(step), steps))
        rounded = values if scale is None else values * scale
        noise += (rounded - chosen).square().sum(0)
    noise = noise / len(samples)
    group = group_size(len(noise), activation.group)
    smoothed = noise.view(-1, group).mean(1, keepdim=True).expand(-1, group).reshape(-1)
    return input_model(moment, smoothed)


METHOD = MethodSpec(
    name="q-dit4sr-plus",
    label="Q-DiT4SR+ (ours)",
    config_class=QDiT4SRPlus,
    plan=plan,
    quantize_layer=quantize_layer,
    needs_calibration=True,
    summary="Sensitivity-driven bits, noise-aware branch and weights, GPTQ; stored bits of Q-DiT4SR.",
)
