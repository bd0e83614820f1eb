"""Q-DiT4SR (arXiv 2602.01273): Hadamard, Gaussian grids, H-SVD, VaSMP and VaTMP.

Where the paper is silent the choice is a field of the config, and the default is the better one:
- the grid: mid-rise and mid-tread are both optimal for a normal; mid-rise has the smaller error at the same
  bits;
- the variance VaSMP sees: that of what the branch leaves, because that is what gets rounded. The variance of
  the whole weight (`variance=weight`) gives most bits to layers whose energy the branch takes anyway, adaLN
  above all, and costs up to 0.3 dB to full precision on the bundled model;
- VaSMP's error law and limits, and the number of VaTMP segments.
Weights are rounded to the nearest code, without data: the paper says nothing of error feedback.
`rounding=gptq` adds it, for a comparison with baselines whose published form has it. Every linear of the
blocks is quantized, adaLN modulation included.

The paper's own setting is the variant `modulation=rounded,attention_bits=8,attention_operands=softmax`, and
its label says so: the inputs of the adaLN layers are rounded too, and the softmax has 8 bits. By default both
are float here, for every method alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from torch import Tensor

from ...errors import VariantError
from ...progress import CancelCheck, never_cancelled, stop_if
from ..layer.activations import ActivationSpec
from ..layer.codes import encode_gaussian, storable
from ..layer.grids import GridKind
from ..layer.linear import Branch, QuantizedLinear
from ..layer.rotation import Rotation, RotationKind
from ..solvers.gptq import gptq_round
from ..solvers.hsvd import hsvd, truncated_svd
from ..solvers.vasmp import allocate_weight_bits, channel_variance
from ..solvers.vatmp import allocate_activation_bits
from ..targets import LayerSource
from .base import Layer, LayerSettings, MethodConfig, Plan, Rounding, resolve_ranks
from .option_limits import Bits, Count, Group, Rank, check_order
from .registry import method

if TYPE_CHECKING:
    from ..calibration.statistics import Calibration


@dataclass(frozen=True)
class QDiT4SR(MethodConfig):
    """The paper's method with a switch for every part, so that the ablation ladder is four variants."""

    hadamard: bool = True
    hsvd: bool = True
    """False replaces H-SVD by a plain SVD of the same total rank, the paper's base."""
    vasmp: bool = True
    vatmp: bool | None = None
    """None: the paper's use, only where activations have at most 4 bits."""
    global_rank: Rank | None = None
    """None: the paper's 32 at width 1536, scaled to the model's width."""
    local_rank: Rank | None = None
    """None: the paper's 8 at width 1536, scaled to the model's width."""
    grid: GridKind = "midrise"
    exact_svd: bool = False
    law: Literal["exponential", "kappa"] = "exponential"
    variance: Literal["residual", "weight"] = "residual"
    """Whether VaSMP looks at what the branch's global part leaves, or at the whole rotated weight."""
    min_bits: Bits | None = None
    """None: one less than `weight_bits`, the paper's 3 at W4."""
    max_bits: Bits | None = None
    """None: one more than `weight_bits`, the paper's 5 at W4."""
    block_search: Literal["output", "energy"] = "output"
    """What chooses H-SVD's block shape: the layer's output error after rounding the rest, where calibrated
    inputs are known, or the energy that the blocks take.
    """
    segments: Count = 3
    min_act_bits: Bits = 2
    max_act_bits: Bits = 8
    group: Group | None = None
    """Input channels to a weight scale; None: one an output channel, as in the paper."""
    act_group: Group | None = None
    """Channels to an activation scale; None: one a token, as in the paper."""
    rounding: Rounding = "nearest"
    """The paper rounds to the nearest code and sees no data but for activation bits; `gptq` is for comparing
    with baselines that round so.
    """

    def __post_init__(self) -> None:
        super().__post_init__()
        check_order(self, "min_act_bits", "max_act_bits")

    @property
    def uses_vasmp(self) -> bool:
        """Whether weight bits vary over layers; unless limits are given they cannot at 2 and at 8 bits."""
        fixed = self.min_bits is None and self.max_bits is None and self.weight_bits in (2, 8)
        return self.vasmp and not fixed

    @property
    def uses_vatmp(self) -> bool:
        """Whether activation bits vary along sampling."""
        return self.act_bits <= 4 if self.vatmp is None else self.vatmp and self.act_bits < 16


def vasmp_limits(config: QDiT4SR) -> tuple[int, int]:
    """Least and most bits of a layer, within the 2 to 8 that are known.

    Raises:
        VariantError: when they leave VaSMP nothing to choose, so that it would only seem to be used.
    """
    least = max(2, config.weight_bits - 1) if config.min_bits is None else config.min_bits
    most = min(8, config.weight_bits + 1) if config.max_bits is None else config.max_bits
    if not 2 <= least <= config.weight_bits <= most <= 8:
        raise VariantError(
            f"VaSMP needs limits around W{config.weight_bits} within 2 and 8 bits, not {least} and {most}."
        )
    if least == config.weight_bits or most == config.weight_bits:
        raise VariantError(
            f"VaSMP can do nothing at W{config.weight_bits} between {least} and {most} bits; set vasmp=false."
        )
    return least, most


def make_branch(
    config: QDiT4SR,
    weight: Tensor,
    settings: LayerSettings,
    moment: Tensor | None = None,
    cancelled: CancelCheck = never_cancelled,
) -> Branch:
    """The low-rank branch of a rotated weight (out, in); `moment` (in, in) is that of the rotated input."""
    if config.hsvd:
        ranks = settings.global_rank, settings.local_rank
        score = None
        if moment is not None and config.block_search == "output":

            def score(rest: Tensor) -> float:
                stop_if(cancelled)
                codes = encode_gaussian(rest, settings.weight_bits, config.grid, config.group)
                wrong = rest - codes.dequantize()
                return float(((wrong @ moment) * wrong).sum())

        return hsvd(weight, *ranks, exact=config.exact_svd, score=score)[0]
    return plain_branch(weight, settings.global_rank + settings.local_rank, config.exact_svd)


def plain_branch(weight: Tensor, rank: int, exact: bool) -> Branch:
    """The leading singular triples of (out, in); empty for rank 0."""
    if rank == 0:
        return Branch()
    up, down = truncated_svd(weight, rank, exact=exact)
    return Branch(storable(up), storable(down))


def rotation_of(config: QDiT4SR, weight: Tensor) -> Rotation:
    """H for a weight (out, in), or no rotation."""
    return Rotation("hadamard" if config.hadamard else "none", weight.shape[1])


def rotate(config: QDiT4SR, weight: Tensor) -> Tensor:
    """W H, or W itself without rotation."""
    return rotation_of(config, weight)(weight)


def _rest(weight: Tensor, branch: Branch) -> Tensor:
    matrix = branch.matrix()
    return weight if matrix is None else weight - matrix


def plan(
    config: QDiT4SR, sources: Sequence[LayerSource], width: int, calibration: Calibration | None
) -> Plan:
    """VaSMP over layers and VaTMP over steps."""
    global_rank, local_rank = resolve_ranks(config.global_rank, config.local_rank, width)
    shared = global_rank + (0 if config.hsvd else local_rank)
    bits = [config.weight_bits] * len(sources)
    if config.uses_vasmp:
        variances = []
        for source in sources:
            weight = rotate(config, source.load()[0].float())
            if config.variance == "residual":
                weight = _rest(weight, plain_branch(weight, shared, config.exact_svd))
            variances.append(channel_variance(weight))
        limits = vasmp_limits(config)
        sizes = [s.shape[0] * s.shape[1] for s in sources]
        bits = allocate_weight_bits(
            sizes, variances, config.weight_bits, limits=limits, law=config.law, grid=config.grid
        )
    schedules: dict[str, tuple[int, ...]] = {}
    if config.uses_vatmp:
        schedules = solve_schedules(config, sources, calibration)
    layers = {
        s.name: LayerSettings(b, config.act_bits, schedules.get(s.name), global_rank, local_rank)
        for s, b in zip(sources, bits, strict=True)
    }
    resolved: dict[str, Any] = {"global_rank": global_rank, "local_rank": local_rank}
    resolved |= {"vasmp": config.uses_vasmp, "vatmp": config.uses_vatmp}
    if config.hsvd:
        resolved["block_search"] = "energy" if calibration is None else config.block_search
    return Plan(layers, resolved)


def solve_schedules(
    config: QDiT4SR, sources: Sequence[LayerSource], calibration: Calibration | None
) -> dict[str, tuple[int, ...]]:
    """VaTMP for every layer the calibration has seen; never-called layers keep the mean width.

    Raises `VariantError` without a calibration.
    """
    if calibration is None:
        raise VariantError(
            "VaTMP chooses activation bits from calibration images; give a calibration or set vatmp=false."
        )
    seen = [s.name for s in sources if s.name in calibration.layers]
    if not seen:
        return {}
    schedules = allocate_activation_bits(
        [calibration.layers[name].energy.tolist() for name in seen],
        config.act_bits,
        segments=config.segments,
        bits=range(config.min_act_bits, config.max_act_bits + 1),
        grid=config.grid,
    )
    return dict(zip(seen, schedules, strict=True))


@method(
    QDiT4SR,
    name="q-dit4sr",
    label="Q-DiT4SR",
    plan=plan,
    needs_calibration=True,
    calibrated=lambda config: config.uses_vatmp or config.rounding == "gptq",
    summary="Hadamard, Gaussian grids, hierarchical SVD, variance-aware mixed precision in space and time.",
    order=110,
    quantizing_cells=9_000,
)
def quantize_layer(config: QDiT4SR, layer: Layer, settings: LayerSettings) -> QuantizedLinear:
    """Rotate, take the branch out, round the rest; the branch sees the unrounded input."""
    weight = rotate(config, layer.weight)
    moment = layer.moment("gptq")
    if moment is not None:
        moment = rotation_of(config, weight).moment(moment)
    branch = make_branch(config, weight, settings, moment, layer.cancelled)
    rest = _rest(weight, branch)
    codes = encode_gaussian(rest, settings.weight_bits, config.grid, config.group)
    if moment is not None and config.rounding == "gptq":
        codes = gptq_round(rest, moment, codes, cancelled=layer.cancelled)
    activation = ActivationSpec(
        "gaussian", settings.act_bits, config.act_group, grid=config.grid, schedule=settings.schedule
    )
    rotation: RotationKind = "hadamard" if config.hadamard else "none"
    return QuantizedLinear.build(codes, activation, bias=layer.bias, rotation=rotation, branch=branch)
