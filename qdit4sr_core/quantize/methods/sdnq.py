"""An SDNQ-like row: what a user of diffusers gets today, data-free (unsigned weights, SVD, Hadamard blocks).

Written from its published settings, not from its code: asymmetric weights in groups, a branch of rank 32
at width 1536 (scaled to the model's), rotation in blocks of at most 256, inputs by their largest magnitude.
Its own matrix products have 8-bit inputs; other widths are ours.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..layer.activations import ActivationSpec
from ..layer.codes import encode_asymmetric, storable
from ..layer.linear import Branch, QuantizedLinear
from ..layer.rotation import Rotation
from ..solvers.hsvd import truncated_svd
from ..targets import LayerSource
from .base import Layer, LayerSettings, MethodConfig, Plan, resolve_ranks
from .option_limits import Group, Rank
from .registry import method

if TYPE_CHECKING:
    from ..calibration.statistics import Calibration


@dataclass(frozen=True)
class SDNQ(MethodConfig):
    """Fields after the published defaults."""

    rank: Rank | None = None
    """None: 32 at width 1536, scaled to the model's."""
    group: Group = 64
    block: Group = 256
    """Most channels that are rotated together."""


def plan(
    config: SDNQ,
    sources: Sequence[LayerSource],
    width: int,
    calibration: Calibration | None,  # noqa: ARG001
) -> Plan:
    """Equal widths and ranks."""
    rank = resolve_ranks(config.rank, 0, width)[0]
    layers = {s.name: LayerSettings(config.weight_bits, config.act_bits, global_rank=rank) for s in sources}
    return Plan(layers, {"rank": rank})


def power_of_two_block(width: int, most: int) -> int:
    """The largest power of two up to `most` that divides the width."""
    block = 1
    while block * 2 <= most and width % (block * 2) == 0:
        block *= 2
    return block


@method(
    SDNQ,
    name="sdnq",
    label="SDNQ-like (uint, SVD, Hadamard blocks)",
    plan=plan,
    summary="Data-free: asymmetric groups of 64, a low-rank branch, Hadamard blocks up to 256.",
    order=55,
    quantizing_cells=1_600,
)
def quantize_layer(config: SDNQ, layer: Layer, settings: LayerSettings) -> QuantizedLinear:
    """Rotate, take the branch out, round the rest."""
    width = layer.weight.shape[1]
    block = power_of_two_block(width, config.block)
    weight = Rotation("hadamard", width, block)(layer.weight)
    branch, rest = Branch(), weight
    if settings.global_rank:
        up, down = (storable(f) for f in truncated_svd(weight, settings.global_rank))
        branch, rest = Branch(up, down), weight - up @ down
    codes = encode_asymmetric(rest, settings.weight_bits, config.group)
    activation = ActivationSpec("absmax", settings.act_bits)
    return QuantizedLinear.build(
        codes, activation, bias=layer.bias, rotation="hadamard", rotation_block=block, branch=branch
    )
