"""What a model costs in size and arithmetic, in two conventions that are always named.

The paper's: weights of the block linears at their bits over 32 (in FP32 equivalents), branches in FP32;
operations are multiply-accumulates of the block linears times w-bits x a-bits / 1024, branches at the same
factor as the codes; attention, embedders and convolutions left out of the operations. Ours (honest): bytes
that are really stored, scales and 16-bit branches included; every product is counted, those in float
(branches, embedders, rotations, attention unless it is rounded) at float precision.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch

from ...engines import RoundedAttention
from ...models.config import DiT4SRConfig
from ...models.dit4sr import DiT4SR
from .linears import LinearCost, Workload

UNIT = 32 * 32
"""Bit operations of one FP32 multiply-accumulate, the unit of normalised operations."""


@dataclass(frozen=True)
class Cost:
    """Size and operations of a whole run in both conventions."""

    paper_parameters: float
    """Millions of FP32 equivalents."""
    paper_operations: float
    """Billions (G) of FP32-equivalent multiply-accumulates a run."""
    bytes: float
    """Stored bytes (honest)."""
    operations: float
    """Billions (G) of FP32-equivalent multiply-accumulates a run (honest)."""
    macs: dict[str, float]
    """Billions of plain multiply-accumulates a run by kind, whatever their precision."""


def total_cost(
    config: DiT4SRConfig,
    linears: Sequence[LinearCost],
    workload: Workload,
    float_bits: int = 16,
    stored_bytes: int | None = None,
    rounding: RoundedAttention | None = None,
) -> Cost:
    """Add everything up.

    Args:
        config: the architecture.
        linears: from `uniform_costs` or `model_costs`.
        workload: the run.
        float_bits: precision that float products and the unquantized rest are counted at (honest part only).
        stored_bytes: what `weight_bytes` says of a real model; estimated from `linears` when None.
        rounding: of the operands of attention; None counts them at `float_bits`.
    """
    calls = workload.passes * workload.steps
    rest = _rest_parameters(config, linears)
    giga = calls / 1e9
    factor = float_bits * float_bits / UNIT
    codes = sum(c.rows * c.products for c in linears) * giga
    code_operations = sum(c.rows * c.products * _share(c.weight_bits, c.act_bits) for c in linears) * giga
    branches = sum(c.rows * c.branch_parameters for c in linears) * giga
    paper_branches = sum(c.rows * c.branch_parameters * _share(c.weight_bits, c.act_bits) for c in linears)
    honest_codes = (
        sum(
            c.rows * c.products * _share(min(c.weight_bits, float_bits), min(c.act_bits, float_bits))
            for c in linears
        )
        * giga
    )
    rotations = sum(c.rows * c.inputs * math.log2(c.inputs) for c in linears if c.rotated) * giga
    rotations += sum(c.rows * c.inputs * c.transform_size for c in linears) * giga
    attention = _attention_macs(config, workload) * giga
    others = _other_macs(config, workload) * giga
    macs = {
        "block linears": codes,
        "low-rank branches": branches,
        "rotations": rotations,
        "attention": attention,
        "embedders, output and convolutions": others,
    }
    weights = sum(c.weights * c.weight_bits / 32 + c.branch_parameters for c in linears)
    return Cost(
        paper_parameters=(rest + weights) / 1e6,
        paper_operations=code_operations + paper_branches * giga,
        bytes=(sum(c.bits for c in linears) + rest * float_bits) / 8
        if stored_bytes is None
        else stored_bytes,
        operations=honest_codes
        + factor * (branches + rotations + others)
        + attention * _attention_share(rounding, float_bits),
        macs=macs,
    )


def _attention_share(rounding: RoundedAttention | None, float_bits: int) -> float:
    """Mean of both products: queries with keys, and softmax with values."""
    if rounding is None:
        return _share(float_bits, float_bits)
    others = rounding.bits if rounding.operands == "all" else float_bits
    return (_share(others, others) + _share(rounding.bits, others)) / 2


def _share(weight_bits: float, act_bits: float) -> float:
    return weight_bits * act_bits / UNIT


def _rest_parameters(config: DiT4SRConfig, linears: Sequence[LinearCost]) -> int:
    """Parameters outside the weights of the block linears (their biases included)."""
    with torch.device("meta"):
        total = sum(p.numel() for p in DiT4SR(config).parameters())
    return total - sum(c.weights for c in linears)


def _attention_macs(config: DiT4SRConfig, workload: Workload) -> float:
    """Multiply-accumulates of query-key and weight-value products in one call."""
    tokens = workload.tokens(config)
    text = workload.text_tokens if config.has_text else 0
    joint = config.num_layers * (2 * tokens + text) ** 2
    second = len(config.dual_attention_layers) * (2 * tokens) ** 2
    return 2.0 * config.width * (joint + second)


def _other_macs(config: DiT4SRConfig, workload: Workload) -> float:
    """Embedders, output layer and convolutions in one call."""
    tokens, width, patch = workload.tokens(config), config.width, config.patch_size
    lr_channels = config.lr_channels or config.in_channels
    macs = tokens * width * patch * patch * (config.in_channels + lr_channels)
    macs += 256 * width + width * width
    if config.pooled_projection_dim is not None:
        macs += config.pooled_projection_dim * width + width * width
    if config.joint_attention_dim is not None:
        macs += workload.text_tokens * config.joint_attention_dim * width
    macs += 2 * width * width + tokens * width * patch * patch * config.out_channels
    macs += config.num_layers * tokens * 4 * width * 9
    return float(macs)
