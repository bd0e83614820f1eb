"""What a quantization method is: a frozen config, a plan over all layers, and a rule for one layer.

A plan sees every layer (mixed precision needs that); the rule then sees one layer at a time, so that a
model larger than memory can be quantized as a stream.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from torch import Tensor

from ...engines import AttentionOperands, RoundedAttention, SoftmaxGrid
from ...errors import VariantError
from ...progress import CancelCheck, never_cancelled
from ..layer.codes import WeightCodes, encode_absmax, encode_asymmetric
from ..targets import LayerSource
from .option_limits import check_options

if TYPE_CHECKING:
    from ..calibration.statistics import Calibration, LayerStatistics


Rounding = Literal["nearest", "gptq"]
"""How weights find their codes: each the nearest one, or one channel after another with the error fed
forward to the next by calibrated second moments (`solvers/gptq.py`). It is a matter of its own, apart
from what a method does to the scales, bases and branches, so that methods can be compared at equal rounding.
"""


@dataclass(frozen=True)
class MethodConfig:
    """Base of every method's settings. Widths of 16 mean: left in float."""

    weight_bits: int = 4
    act_bits: int = 4
    modulation: Literal["float", "rounded"] = "float"
    """Inputs of the adaLN layers, one token an image. Float for every method alike, as in the released code
    of Q-DiT and SVDQuant: it costs next to no work. `rounded` is the convention of Q-DiT4SR's paper.
    """
    keep: str = ""
    """Layers left at 8-bit weights and float inputs, joined by "+": `blocks.0+adaln`, see `quantize.keep`."""
    recalibrate: bool = False
    """Take the statistics of every block anew behind the quantized blocks before it, as GPTQ's code does, so
    that second-order rounding sees the inputs it will get. As many more calibrations as there are blocks.
    """
    attention_bits: int = 16
    """Bits of the operands of attention; 16: float, for every method alike. It is simulated in float."""
    attention_operands: AttentionOperands = "all"
    """Which operands have `attention_bits`. Q-DiT4SR's paper rounds the `softmax` to 8 bits and says nothing
    of queries, keys and values.
    """
    softmax_grid: SoftmaxGrid = "row"
    """`fixed`, from 0 to 1 in 2^b - 1 steps whatever the number of tokens, is offered because it is used; it
    caps a small model near 40 dB to full precision where a scale a row gives over 60.
    """

    @property
    def attention(self) -> RoundedAttention | None:
        """How attention rounds; None: it does not."""
        if self.attention_bits >= 16:
            return None
        return RoundedAttention(self.attention_bits, self.attention_operands, self.softmax_grid)

    def __post_init__(self) -> None:
        check_options(self)
        if not all(isinstance(bits, int) for bits in (self.weight_bits, self.act_bits, self.attention_bits)):
            raise VariantError("Widths are whole numbers of bits.")
        if not 2 <= self.weight_bits <= 8:
            raise VariantError(f"Weights can have 2 to 8 bits, not {self.weight_bits}.")
        if not (2 <= self.act_bits <= 8 or self.act_bits == 16):
            raise VariantError(f"Activations can have 2 to 8 bits, or 16 for float, not {self.act_bits}.")
        bits = self.attention_bits
        if not (2 <= bits <= 8 or bits == 16):
            raise VariantError(f"Attention can have 2 to 8 bits, or 16 for float, not {bits}.")
        if bits == 16 and (self.attention_operands, self.softmax_grid) != ("all", "row"):
            raise VariantError(
                "attention_operands and softmax_grid do nothing while it is float: set attention_bits."
            )


@dataclass(frozen=True)
class LayerSettings:
    """What a plan decided for one layer."""

    weight_bits: int
    act_bits: int
    schedule: tuple[int, ...] | None = None
    global_rank: int = 0
    local_rank: int = 0
    treatment: str = ""
    """Which of a method's ways of treating the input was chosen, for methods that choose."""
    kept: bool = False
    """Left at higher precision instead of quantized by the method."""


@dataclass(frozen=True)
class Plan:
    """Settings by layer name, and the resolved values that belong into the provenance."""

    layers: dict[str, LayerSettings]
    resolved: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Layer:
    """One layer at hand: `weight` (out, in) float32, `bias` (out,) or None, and its statistics.

    A layer that calibration never called has none. Rules that take long ask `cancelled` now and then.
    """

    source: LayerSource
    weight: Tensor
    bias: Tensor | None
    statistics: LayerStatistics | None
    cancelled: CancelCheck = never_cancelled

    def moment(self, rounding: Rounding) -> Tensor | None:
        """(in, in) second moment of the input if `rounding` uses one and it is known, else None."""
        if rounding == "nearest" or self.statistics is None:
            return None
        return self.statistics.dense_moment


def uniform_plan(
    config: MethodConfig,
    sources: Sequence[LayerSource],
    width: int,  # noqa: ARG001
    calibration: Calibration | None,  # noqa: ARG001
) -> Plan:
    """The same widths everywhere."""
    return Plan({s.name: LayerSettings(config.weight_bits, config.act_bits) for s in sources})


def resolve_ranks(global_rank: int | None, local_rank: int | None, width: int) -> tuple[int, int]:
    """None becomes the paper's share of the width (32 and 8 at 1536), at least 4 and 2.

    At width 192, the bundled model's, that share is 4 and 1, the paper's four to one; but the budget of one
    local rank allows one block, the whole matrix, and H-SVD would be a plain SVD. Raises
    `VariantError` for negative ranks.
    """
    chosen_global = max(4, round(width / 48)) if global_rank is None else global_rank
    chosen_local = max(2, round(width / 192)) if local_rank is None else local_rank
    if chosen_global < 0 or chosen_local < 0:
        raise VariantError("Ranks cannot be negative.")
    return chosen_global, chosen_local


def total_rank(rank: int | None, width: int) -> int:
    """None becomes Q-DiT4SR's global and local ranks together: the rank of a method with one branch."""
    return sum(resolve_ranks(None, None, width)) if rank is None else rank


def branch_plan(config: MethodConfig, sources: Sequence[LayerSource], rank: int) -> Plan:
    """The same widths everywhere, and beside each layer a branch of the same rank."""
    layers = {s.name: LayerSettings(config.weight_bits, config.act_bits, global_rank=rank) for s in sources}
    return Plan(layers, {"rank": rank})


def encode_minmax(weight: Tensor, bits: int, group: int | None, symmetric: bool) -> WeightCodes:
    """Codes from each channel's or group's range."""
    return encode_absmax(weight, bits, group) if symmetric else encode_asymmetric(weight, bits, group)
