"""ARHQ: the low-rank branch is chosen by the rounding error of the input, not by the size of the weight.

Rounded inputs x + e meet the coded part of the weight alone, so the branch L should leave little of
E ||(W - L) e||^2: with G = E[e e^T] it is the leading part of the SVD of W G^(1/2), taken back by G^(-1/2).
Weights and inputs are rounded in groups, as its reference does; G comes from a few hundred sampled tokens.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from ..layer.activations import ActivationSpec, rounded_activation
from ..layer.codes import encode_absmax, storable
from ..layer.linear import Branch, QuantizedLinear
from ..solvers.gptq import gptq_round
from ..solvers.hsvd import truncated_svd
from ..targets import LayerSource
from .base import Layer, LayerSettings, MethodConfig, Plan, Rounding, branch_plan, total_rank
from .option_limits import Dampening, Group, Rank
from .registry import method

if TYPE_CHECKING:
    from ..calibration.statistics import Calibration


@dataclass(frozen=True)
class ARHQ(MethodConfig):
    """Symmetric groups for weights and activations, and a 16-bit branch."""

    rank: Rank | None = None
    """None: as many as Q-DiT4SR's global and local ranks together."""
    group: Group = 64
    dampening: Dampening = 0.01
    rounding: Rounding = "gptq"


def plan(
    config: ARHQ,
    sources: Sequence[LayerSource],
    width: int,
    calibration: Calibration | None,  # noqa: ARG001
) -> Plan:
    """Equal widths and ranks."""
    return branch_plan(config, sources, total_rank(config.rank, width))


def residual_branch(weight: Tensor, errors: Tensor, rank: int, dampening: float = 0.01) -> Branch:
    """The branch of a weight (N, K) that leaves the least output of sampled rounding errors (S, K)."""
    moment = errors.double().t() @ errors.double() / len(errors)
    mean = float(moment.diag().mean())
    if not mean > 0:
        moment, mean = torch.eye(weight.shape[1], dtype=torch.float64), 1.0
    moment += dampening * mean * torch.eye(len(moment), dtype=torch.float64)
    root = torch.linalg.cholesky(moment)
    up, down = truncated_svd((weight.double() @ root).float(), rank, exact=True)
    back = torch.linalg.solve_triangular(root, down.double(), upper=False, left=False)
    return Branch(storable(up), storable(back.float()))


@method(
    ARHQ,
    name="arhq",
    label="ARHQ (g64, sampled errors, GPTQ)",
    plan=plan,
    needs_calibration=True,
    summary="A branch that takes what the input's rounding error would meet; groups of 64.",
    order=94,
)
def quantize_layer(config: ARHQ, layer: Layer, settings: LayerSettings) -> QuantizedLinear:
    """Take the branch out, round the rest; a layer that was never called gets the plain SVD's branch."""
    activation = ActivationSpec("absmax", settings.act_bits, config.group)
    if layer.statistics is None or settings.act_bits >= 16:
        branch = Branch(*(storable(f) for f in truncated_svd(layer.weight, settings.global_rank)))
    else:
        samples = layer.statistics.samples
        errors = rounded_activation(samples.clone(), activation) - samples
        branch = residual_branch(layer.weight, errors, settings.global_rank, config.dampening)
    low_rank = branch.matrix()
    assert low_rank is not None
    rest = layer.weight - low_rank
    codes = encode_absmax(rest, settings.weight_bits, config.group)
    moment = layer.moment(config.rounding)
    if moment is not None:
        codes = gptq_round(rest, moment, codes, cancelled=layer.cancelled)
    return QuantizedLinear.build(codes, activation, bias=layer.bias, branch=branch)
