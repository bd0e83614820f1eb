"""DiRotQ (arXiv 2605.16732): inputs rotated to their principal directions, the leading ones left in float.

The leading directions hold most of the input's energy and its outliers. Here they pass through a branch
that sees the unrounded input (published: higher precision), the rest is rounded in groups of as many
channels, with GPTQ. The rotation is stored whole for every layer and counted; query, key and value could
share one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from ..layer.activations import ActivationSpec
from ..layer.codes import encode_absmax, storable
from ..layer.linear import Branch, QuantizedLinear
from ..solvers.gptq import gptq_round
from ..targets import LayerSource
from .base import Layer, LayerSettings, MethodConfig, Plan, Rounding
from .option_limits import Rank
from .registry import method

if TYPE_CHECKING:
    from ..calibration.statistics import Calibration


@dataclass(frozen=True)
class DiRotQ(MethodConfig):
    """How many directions stay in float."""

    rank: Rank | None = None
    """None: 64 at width 1536, a twenty-fourth of the model's width, at least 8."""
    rounding: Rounding = "gptq"


def plan(
    config: DiRotQ,
    sources: Sequence[LayerSource],
    width: int,
    calibration: Calibration | None,  # noqa: ARG001
) -> Plan:
    """Equal widths and ranks."""
    rank = max(8, width // 24) if config.rank is None else config.rank
    layers = {s.name: LayerSettings(config.weight_bits, config.act_bits, global_rank=rank) for s in sources}
    return Plan(layers, {"rank": rank})


def principal_directions(moment: Tensor) -> Tensor:
    """(K, K) eigenvectors of a second moment as columns, those of the largest eigenvalues first."""
    return torch.linalg.eigh(moment.double()).eigenvectors.flip(1).float()


@method(
    DiRotQ,
    name="dirotq",
    label="DiRotQ (float leading directions, rotation a layer)",
    plan=plan,
    needs_calibration=True,
    summary="Principal directions of the input; the leading ones in float, the rest in groups with GPTQ.",
    order=98,
    simulated_ratio=3.5,
    kernel_ratio=2.5,
)
def quantize_layer(config: DiRotQ, layer: Layer, settings: LayerSettings) -> QuantizedLinear:
    """Rotate, take the leading directions out, round the rest."""
    columns = layer.weight.shape[1]
    group = max(d for d in range(1, max(1, settings.global_rank) + 1) if columns % d == 0)
    activation = ActivationSpec("absmax", settings.act_bits, group)
    known = layer.moment("gptq")
    if known is None:
        codes = encode_absmax(layer.weight, settings.weight_bits, group)
        return QuantizedLinear.build(codes, activation, bias=layer.bias)
    directions = storable(principal_directions(known))
    # stored at half precision the directions are a little off orthogonal: the weight takes the exact inverse
    weight = torch.linalg.solve(directions.double(), layer.weight.double().t()).t().float()
    leading = torch.zeros(group, columns)
    leading[:, :group] = torch.eye(group)
    branch = Branch(storable(weight[:, :group].contiguous()), leading)
    matrix = branch.matrix()
    assert matrix is not None
    rest = weight - matrix
    rest[:, :group] = 0  # what half precision loses of the leading part is not worth a code
    codes = encode_absmax(rest, settings.weight_bits, group)
    moment = layer.moment(config.rounding)
    if moment is not None:
        codes = gptq_round(rest, directions.t() @ moment @ directions, codes, cancelled=layer.cancelled)
    return QuantizedLinear.build(
        codes, activation, bias=layer.bias, transform=directions[None], branch=branch
    )
