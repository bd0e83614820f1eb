"""Q-DiT4SR+: ours. The paper's frame, with every choice made against the error of the model's output.

At no more stored bits than Q-DiT4SR (codes, scales and branches together) and the same mean activation bits:
- weight bits go to layers by the output's measured response to an error that is the same for every token and
  step, shaped by error feedback; activation bits to layers and steps by its response to noise (in place of
  weight variance, 4^-b, and one budget a layer);
- inputs are rotated, and put on the grid that rounds sampled inputs best;
- scales belong to groups, and weights are rounded with second-order error feedback (GPTQ) for the rounded
  input; row gains undo the shrinking of outputs that least squares brings;
- the bits of the low-rank branch are spent on codes.

Tried and dropped because they did not help or hurt: fitting the weight to the rounded input by a Wiener
filter (it shrinks what layers pass on, and the loss adds up), low-rank branches chosen in the metric of
the input's rounding error, channel factors (kept as `smooth`), groups of 32 weights, rotation layer by
layer (kept as `rotate=none`). Taking the calibrated mean from the input (kept as `centre`): other photos have
other means, and error feedback that never saw one leaves the weight's error there; on four small photos it
changed W4A4 by 0.1 dB and cost 3 dB at W3A4. Coordinate descent behind error feedback: layers got nearer,
the model's output 0.2 to 0.3 dB farther away in the mean of 24 photos. The row gains (`unbiased`) gave 0.1 dB
there at W4A4 and 1.2 dB at W3A4, both at equal work; two-bit layers pay only with them, and only where the
others have three.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import torch
from torch import Tensor

from ...progress import CancelCheck, never_cancelled
from ..calibration.statistics import LayerStatistics
from ..layer.activations import ActivationSpec, rounded_activation
from ..layer.codes import WeightCodes, encode_symmetric, group_size, search_symmetric_scale, storable
from ..layer.grids import MINIMUM_BITS, kappa
from ..layer.linear import Branch, QuantizedLinear
from ..solvers.allocation import Budget, spend_bits
from ..solvers.gptq import feedback_basis, gptq_round
from ..solvers.hsvd import block_grids, truncated_svd
from ..solvers.treatment import TreatedInput, Treatment, candidates, input_error, treated_input
from ..solvers.unbiased import unbiased
from ..targets import LayerSource, is_modulation
from .base import Layer, LayerSettings, MethodConfig, Plan, Rounding, resolve_ranks
from .option_limits import Bits, Group, Rank, check_order
from .registry import method

if TYPE_CHECKING:
    from ..calibration.statistics import Calibration

_OFFSET = 0.5


@dataclass(frozen=True)
class QDiT4SRPlus(MethodConfig):
    """Settings of Q-DiT4SR+, of which every part has a switch.

    `weight_bits` and `act_bits` are the widths of the Q-DiT4SR it is matched to.
    """

    rank: Rank = 0
    """Rank of a branch; its stored bits serve better as code bits, so there is none unless asked for."""
    group: Group | None = 64
    """Input channels to a weight scale."""
    act_group: Group | None = 64
    """Channels to an activation scale."""
    rotate: bool | None = True
    """None: each layer takes what rounds its sampled inputs best, rotated or not (less robust to
    new images).
    """
    smooth: bool = False
    """Let layers divide their input by channel factors."""
    centre: bool = False
    """Let layers take the calibrated mean from their input."""
    mixed_weights: bool = True
    mixed_activations: bool = True
    rounding: Rounding = "gptq"
    unbiased: bool = True
    """Row gains, within the scales, that undo the shrinking of outputs by least-squares rounding."""
    budget: Literal["storage", "work"] = "storage"
    """What is matched: Q-DiT4SR's stored bits alone, or also a mean of `weight_bits` over multiplies."""
    min_bits: Bits | None = None
    """None: three, or two where `weight_bits` is three or less. With few bits error feedback saturates, and
    the loss is no longer what the plan reckons with.
    """
    max_bits: Bits = 8
    min_act_bits: Bits | None = None
    """None: two, or three where `act_bits` is four. How much a step matters differs between photos, and with
    four bits in the mean two at a step that mattered after all cost more than they save.
    """
    max_act_bits: Bits = 8

    def __post_init__(self) -> None:
        super().__post_init__()
        check_order(self, "min_bits", "max_bits")
        check_order(self, "min_act_bits", "max_act_bits")

    @property
    def floor(self) -> int:
        """The fewest bits that a layer's weights may get."""
        least = min(3, max(MINIMUM_BITS, self.weight_bits - 1)) if self.min_bits is None else self.min_bits
        return min(least, self.max_bits)

    @property
    def act_floor(self) -> int:
        """The fewest bits that a layer's input may get at a step."""
        usual = 3 if self.act_bits == 4 else MINIMUM_BITS
        return min(usual if self.min_act_bits is None else self.min_act_bits, self.max_act_bits)


def code_budget(
    config: QDiT4SRPlus, sources: Sequence[LayerSource], width: int, rank: int, extra: int
) -> float:
    """Mean code bits a weight that leave the stored total not above Q-DiT4SR's at the same width.

    `extra` is how many 16-bit numbers the input treatments store.
    """
    global_rank, local_rank = resolve_ranks(None, None, width)
    total = weights = 0
    spent = 16 * extra
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
    """Input treatment and code bits by layer, activation bits by layer and step."""
    assert calibration is not None
    rank = config.rank
    studies = {s.name: study(config, s, calibration.layers.get(s.name), calibration.steps) for s in sources}
    extra = sum(studies[s.name].treatment.stored_numbers(s.shape[1]) for s in sources)
    mean_bits = code_budget(config, sources, width, rank, extra)
    bits = [min(int(mean_bits), config.max_bits)] * len(sources)
    if config.mixed_weights:
        widths = range(min(config.floor, int(mean_bits)), config.max_bits + 1)
        sizes = [float(s.shape[0] * s.shape[1]) for s in sources]
        tables = [{b: studies[s.name].weight_loss * kappa(b) for b in widths} for s in sources]
        budgets = [Budget(sizes, mean_bits)]
        if config.budget == "work":
            budgets.append(Budget(multiplies(sources, calibration), config.weight_bits))
        bits = spend_bits(tables, budgets)
    schedules = _schedules(config, sources, studies, calibration)
    layers = {}
    for source, weight_bits in zip(sources, bits, strict=True):
        schedule, treatment = schedules.get(source.name), str(studies[source.name].treatment)
        layers[source.name] = LayerSettings(weight_bits, config.act_bits, schedule, rank, treatment=treatment)
    used = [layer.treatment for layer in layers.values()]
    counts = {name: used.count(name) for name in sorted(set(used))}
    return Plan(layers, {"rank": rank, "mean_code_bits": round(mean_bits, 4), "treatments": counts})


def multiplies(sources: Sequence[LayerSource], calibration: Calibration) -> list[float]:
    """Multiply-accumulates of each layer in the calibration's run; 0 for one that is never called."""
    seen = calibration.layers
    return [float(seen[s.name].tokens * s.shape[0] * s.shape[1]) if s.name in seen else 0.0 for s in sources]


@dataclass(frozen=True)
class LayerStudy:
    """What the plan learned about one layer."""

    treatment: Treatment
    weight_loss: float
    """Output energy a unit of kappa of weight rounding, all steps together."""
    act_loss: dict[int, Tensor]
    """By activation bits: (T,) output energy of input rounding at each step."""


def study(
    config: QDiT4SRPlus, source: LayerSource, statistics: LayerStatistics | None, steps: int
) -> LayerStudy:
    """Try every treatment on sampled inputs, then every width under the best one."""
    widths = range(config.act_floor, config.max_act_bits + 1)
    if statistics is None or (config.modulation == "float" and is_modulation(source.name)):
        energy = 0.0
        if statistics is not None:
            energy = _weight_loss(config, source.load()[0].float(), Treatment("none"), statistics, steps)
        return LayerStudy(Treatment("none"), energy, {b: torch.zeros(steps) for b in widths})
    weight = source.load()[0].float()
    bits = min(config.act_bits, config.max_act_bits)
    choices = list(candidates(config.rotate, config.smooth, config.centre))
    errors = [input_error(t, bits, config.act_group, weight, statistics) for t in choices]
    best = choices[errors.index(min(errors))]
    relative = _sensitivity(statistics, steps) * statistics.energy
    relative = relative / statistics.energy.mean().clamp_min(1e-30)
    act_loss = {b: relative * input_error(best, b, config.act_group, weight, statistics) for b in widths}
    return LayerStudy(best, _weight_loss(config, weight, best, statistics, steps), act_loss)


def _sensitivity(statistics: LayerStatistics, steps: int) -> Tensor:
    return torch.ones(steps) if statistics.sensitivity is None else statistics.sensitivity


def _weight_loss(
    config: QDiT4SRPlus, weight: Tensor, treatment: Treatment, statistics: LayerStatistics, steps: int
) -> float:
    """Output energy that rounding the weight causes, a unit of kappa.

    Rounding errors are white with the energy of the rows; error feedback shapes them. What the output makes
    of them is measured, or else taken for that of noise of the same energy in the layer's output.
    """
    row_energy = float(weight.square().mean())
    treated = treated_input(treatment, weight, statistics)
    basis = torch.eye(weight.shape[1])
    if config.rounding == "gptq" and statistics.second_moment is not None:
        basis = feedback_basis(treated.moment(statistics))
    root = treated.response_root(statistics)
    if root is not None:
        return row_energy * float((root @ basis.t()).square().sum())
    if statistics.second_moment is None:
        share = float(weight.shape[1])
    else:
        moment = treated.moment(statistics)
        share = float(((basis @ moment) * basis).sum() / moment.diag().mean().clamp_min(1e-30))
    return float((_sensitivity(statistics, steps) * statistics.energy).sum()) * row_energy * share


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
        if s.name in calibration.layers and not (config.modulation == "float" and is_modulation(s.name))
    ]
    steps = calibration.steps
    costs: list[float] = []
    tables: list[dict[int, float]] = []
    for source, cost in zip(chosen, multiplies(chosen, calibration), strict=True):
        losses = studies[source.name].act_loss
        costs += [cost / steps] * steps
        tables += [{b: float(loss[t]) for b, loss in losses.items()} for t in range(steps)]
    bits = spend_bits(tables, [Budget(costs, config.act_bits)])
    return {s.name: tuple(bits[i * steps : (i + 1) * steps]) for i, s in enumerate(chosen)}


@method(
    QDiT4SRPlus,
    name="q-dit4sr-plus",
    label="Q-DiT4SR+ (ours)",
    plan=plan,
    needs_calibration=True,
    needs_sensitivity=True,
    summary="Bits by output sensitivity, group scales, GPTQ; at most Q-DiT4SR's stored bits.",
    order=120,
    quantizing_cells=36_000,
)
def quantize_layer(config: QDiT4SRPlus, layer: Layer, settings: LayerSettings) -> QuantizedLinear:
    """Treat the input, take a branch out if one is asked for, round the rest with error feedback."""
    treatment = Treatment.parse(settings.treatment)
    treated = treated_input(treatment, layer.weight, layer.statistics)
    weight = treated.weight(layer.weight)
    activation = ActivationSpec(
        "none" if settings.act_bits >= 16 else treatment.grid,
        settings.act_bits,
        config.act_group,
        schedule=settings.schedule,
    )
    branch = Branch()
    if settings.global_rank:
        branch = Branch(*(storable(f) for f in truncated_svd(weight, settings.global_rank)))
    low_rank = branch.matrix()
    rest = weight if low_rank is None else weight - low_rank
    if layer.statistics is None or layer.statistics.second_moment is None:
        codes = round_rest(config, rest, None, settings.weight_bits)
    else:
        moment = treated.moment(layer.statistics)
        noise = torch.diag(rounding_noise(layer.statistics, treated, activation))
        codes = round_rest(config, rest, moment + noise, settings.weight_bits, layer.cancelled)
        if config.unbiased:
            codes = unbiased(rest, moment, codes)
    return QuantizedLinear.build(
        codes,
        activation,
        bias=treated.bias(layer.weight, layer.bias),
        smooth=treated.smooth,
        shift=treated.shift,
        rotation=treatment.rotation,
        branch=branch,
    )


def round_rest(
    config: QDiT4SRPlus,
    rest: Tensor,
    moment: Tensor | None,
    bits: int,
    cancelled: CancelCheck = never_cancelled,
) -> WeightCodes:
    """Half-integer codes on scales of least weighted error, with error feedback when the input is known."""
    importance = None if moment is None else moment.diag()
    scale = search_symmetric_scale(rest, bits, config.group, _OFFSET, importance)
    codes = encode_symmetric(rest, scale, bits, _OFFSET)
    if moment is None or config.rounding != "gptq":
        return codes
    return gptq_round(rest, moment, codes, cancelled=cancelled)


def rounding_noise(statistics: LayerStatistics, treated: TreatedInput, activation: ActivationSpec) -> Tensor:
    """(K,) energy of the noise of rounding sampled inputs at their steps' bits, even within a group."""
    samples = treated.samples(statistics.samples)
    noise = torch.zeros(samples.shape[1])
    steps = len(statistics.energy)
    for step in statistics.sample_steps.unique().tolist():
        chosen = samples[statistics.sample_steps == step]
        rounded = rounded_activation(chosen, activation.at(int(step), steps))
        noise += (rounded - chosen).square().sum(0)
    group = group_size(len(noise), activation.group)
    even = (noise / len(samples)).view(-1, group).mean(1, keepdim=True)
    return even.expand(-1, group).reshape(-1)
