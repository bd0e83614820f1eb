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
from ..hsvd import block_grids, truncated_svd
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
    min_act_bits: int = 3
    max_act_bits: int = 6
    dampening: float = 0.03
    """Energy, as a share of the mean, that every direction of the input is thought to have at least."""


def code_budget(config: QDiT4SRPlus, sources: Sequence[LayerSource], width: int, rank: int) -> float:
    """Mean code bits a weight that leave the stored total equal to Q-DiT4SR's at the same width."""
    global_rank, local_rank = resolve_ranks(None, None, width)
    total = spent = weights = 0
    for source in sources:
        m, n = source.shape
        weights += m * n
        local = min((c * m + a * n for a, c in block_grids(m, n, local_rank)), default=0)
        total += m * n * config.weight_bits + 16 * (m + global_rank * (m + n) + local)
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
    studies = {s.name: study(config, s, calibration.layers.get(s.name), steps) for s in sources}
    bits = [min(int(mean_bits), config.max_bits)] * len(sources)
    if config.mixed_weights:
        widths = range(config.min_bits, config.max_bits + 1)
        sizes = [float(s.shape[0] * s.shape[1]) for s in sources]
        tables = [{b: studies[s.name].weight_loss * kappa(b) for b in widths} for s in sources]
        bits = spend_bits(sizes, tables, mean_bits)
    schedules = _schedules(config, sources, studies, calibration)
    layers = {}
    for source, weight_bits in zip(sources, bits, strict=True):
        act_bits = 16 if config.float_modulation and is_modulation(source.name) else config.act_bits
        schedule, treatment = schedules.get(source.name), studies[source.name].treatment
        layers[source.name] = LayerSettings(weight_bits, act_bits, schedule, rank, treatment=treatment)
    used = [study.treatment for study in studies.values()]
    counts = {name: used.count(name) for name in TREATMENTS}
    return Plan(layers, {"rank": rank, "mean_code_bits": round(mean_bits, 4), "treatments": counts})


@dataclass(frozen=True)
class LayerStudy:
    """What the plan learned about one layer."""

    treatment: str
    weight_loss: float
    """Output energy a unit of kappa of weight rounding, all steps together."""
    act_loss: dict[int, Tensor]
    """By activation bits: (T,) output energy of input rounding at each step."""


def study(
    config: QDiT4SRPlus, source: LayerSource, statistics: LayerStatistics | None, steps: int
) -> LayerStudy:
    """Try every treatment on sampled inputs, then every width under the best one."""
    names = [
        name
        for name, (kind, _) in TREATMENTS.items()
        if config.rotate is None or config.rotate == (kind != "none")
    ]
    widths = range(config.min_act_bits, config.max_act_bits + 1)
    if statistics is None:
        return LayerStudy(names[0], 0.0, {b: torch.zeros(steps) for b in widths})
    weight = source.load()[0].float()
    bits = min(config.act_bits, config.max_act_bits)
    errors = {name: _input_error(config, name, bits, weight, statistics) for name in names}
    best = min(errors, key=errors.__getitem__)
    sensitivity = torch.ones(steps) if statistics.sensitivity is None else statistics.sensitivity
    energy = statistics.energy
    relative = sensitivity * energy / energy.mean().clamp_min(1e-30)
    row_energy = float(weight.square().sum(1).mean())
    act_loss = {b: relative * _input_error(config, best, b, weight, statistics) for b in widths}
    return LayerStudy(best, float((sensitivity * energy).sum()) * row_energy, act_loss)


def _input_error(
    config: QDiT4SRPlus, treatment: str, bits: int, weight: Tensor, statistics: LayerStatistics
) -> float:
    """Mean square of an output element's error when sampled inputs are rounded."""
    rotation = Rotation(TREATMENTS[treatment][0], weight.shape[1])
    samples = rotation(statistics.samples)
    values, scale = quantize_activation(samples, activation_spec(config, treatment, bits, None), bits)
    noise = (values if scale is None else values * scale) - samples
    return float((noise @ rotation(weight).t()).square().mean())


def _schedules(
    config: QDiT4SRPlus,
    sources: Sequence[LayerSource],
    studies: dict[str, LayerStudy],
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
    costs: list[float] = []
    tables: list[dict[int, float]] = []
    for source in chosen:
        cost = float(calibration.layers[source.name].tokens * source.shape[0] * source.shape[1]) / steps
        losses = studies[source.name].act_loss
        costs += [cost] * steps
        tables += [{b: float(loss[t]) for b, loss in losses.items()} for t in range(steps)]
    bits = spend_bits(costs, tables, config.act_bits)
    return {s.name: tuple(bits[i * steps : (i + 1) * steps]) for i, s in enumerate(chosen)}


def quantize_layer(config: QDiT4SRPlus, layer: Layer, settings: LayerSettings) -> QuantizedLinear:
    """Rotate, choose the branch, fit the rest to the rounded input, round it."""
    kind = TREATMENTS[settings.treatment][0]
    rotation = Rotation(kind, layer.weight.shape[1])
    weight = rotation(layer.weight)
    activation = activation_spec(config, settings.treatment, settings.act_bits, settings.schedule)
    inputs = None
    if layer.statistics is not None and layer.statistics.second_moment is not None:
        inputs = rotated_inputs(layer.statistics, rotation, activation, config.dampening)
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


def rotated_inputs(
    statistics: LayerStatistics, rotation: Rotation, activation: ActivationSpec, dampening: float
) -> InputModel:
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
    return input_model(moment, smoothed, dampening)


METHOD = MethodSpec(
    name="q-dit4sr-plus",
    label="Q-DiT4SR+ (ours)",
    config_class=QDiT4SRPlus,
    plan=plan,
    quantize_layer=quantize_layer,
    needs_calibration=True,
    summary="Sensitivity-driven bits, noise-aware branch and weights, GPTQ; stored bits of Q-DiT4SR.",
)
