"""What a model costs in size and arithmetic, in two conventions that are always named.

The paper's: weights of the block linears at their bits over 32 (in FP32 equivalents), branches in FP32;
operations are multiply-accumulates of the block linears times w-bits x a-bits / 1024, branches at the same
factor as the codes; attention, embedders and convolutions left out of the operations. Ours (honest): bytes
that are really stored, scales and 16-bit branches included; every product is counted, those in float
(branches, attention, embedders, rotations) at float precision.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import nn

from ..models.config import DiT4SRConfig
from ..models.dit4sr import DiT4SR
from .layer.linear import QuantizedLinear
from .targets import is_target

UNIT = 32 * 32
"""Bit operations of one FP32 multiply-accumulate, the unit of normalised operations."""


@dataclass(frozen=True)
class Workload:
    """The run whose operations are counted; the defaults are the paper's: 512 x 512, 40 steps, guidance."""

    height: int = 512
    width: int = 512
    steps: int = 40
    passes: int = 2
    """Model calls a step: 2 with classifier-free guidance, 1 without."""
    text_tokens: int = 333
    downscale: int = 8
    """Output pixels of one latent cell."""

    def tokens(self, config: DiT4SRConfig) -> int:
        """Tokens of one stream."""
        side = self.downscale * config.patch_size
        return math.ceil(self.height / side) * math.ceil(self.width / side)


@dataclass(frozen=True)
class LinearCost:
    """One block linear: its size, how many rows pass through it in a model call, and its precision."""

    name: str
    outputs: int
    inputs: int
    rows: int
    weight_bits: float
    act_bits: float
    branch_parameters: int = 0
    rotated: bool = False
    stored_bits: float | None = None
    """All stored bits but the bias's; None: codes, 16-bit scales a channel and 16-bit branches."""

    @property
    def weights(self) -> int:
        """Number of weights."""
        return self.outputs * self.inputs

    @property
    def bits(self) -> float:
        """Stored bits."""
        if self.stored_bits is not None:
            return self.stored_bits
        scales = 16 * self.outputs if self.weight_bits < 16 else 0
        return self.weights * self.weight_bits + scales + 16 * self.branch_parameters


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


def linear_rows(name: str, tokens: int, text_tokens: int) -> int:
    """Rows that pass through a block linear in one model call of batch 1.

    `to_q`, `to_k` and `to_v` see the noise and the LR tokens; `attn2.add_*` is never executed.
    """
    _, _, part, *rest = name.split(".")
    leaf = rest[0]
    if part.startswith("norm"):
        return 1
    if part in ("attn", "attn2"):
        if leaf in ("to_q", "to_k", "to_v"):
            return 2 * tokens
        if leaf.startswith(("add_", "to_add_")):
            return text_tokens if part == "attn" else 0
        return tokens
    return text_tokens if part == "ff_context" else 2 * tokens


def uniform_costs(
    config: DiT4SRConfig,
    workload: Workload,
    weight_bits: float = 32,
    act_bits: float = 32,
    rank: int = 0,
    rotated: bool = False,
) -> list[LinearCost]:
    """Every block linear of an architecture at one precision, with a branch of `rank` (no weights needed)."""
    with torch.device("meta"):
        model = DiT4SR(config)
    tokens = workload.tokens(config)
    return [
        LinearCost(
            name,
            module.out_features,
            module.in_features,
            linear_rows(name, tokens, workload.text_tokens if config.has_text else 0),
            weight_bits,
            act_bits,
            rank * (module.in_features + module.out_features),
            rotated,
        )
        for name, module in model.named_modules()
        if isinstance(module, nn.Linear) and is_target(name)
    ]


def model_costs(model: DiT4SR, workload: Workload) -> list[LinearCost]:
    """Every block linear of a model as it is: schedules averaged over steps, branches and scales
    as stored.
    """
    from .artifact.format import layer_entries
    from .layer.codes import storage_dtype

    tokens = workload.tokens(model.config)
    text = workload.text_tokens if model.config.has_text else 0
    costs = []
    for name, module in model.named_modules():
        if not is_target(name):
            continue
        if isinstance(module, QuantizedLinear):
            activation = module.spec.activation
            widths = [activation.bits_at(i, workload.steps) for i in range(workload.steps)]
            stored = sum(8 * e.bytes for e in layer_entries(name, module) if not e.name.endswith(".bias"))
            costs.append(
                LinearCost(
                    name,
                    module.out_features,
                    module.in_features,
                    linear_rows(name, tokens, text),
                    module.spec.weight_bits,
                    sum(widths) / len(widths),
                    module.branch.parameters(),
                    module.rotation.active,
                    float(stored),
                )
            )
        elif isinstance(module, nn.Linear):
            bits = 8 * storage_dtype(module.weight).itemsize
            rows = linear_rows(name, tokens, text)
            costs.append(LinearCost(name, module.out_features, module.in_features, rows, bits, bits))
    return costs


def total_cost(
    config: DiT4SRConfig,
    linears: Sequence[LinearCost],
    workload: Workload,
    float_bits: int = 16,
    stored_bytes: int | None = None,
) -> Cost:
    """Add everything up.

    Args:
        config: the architecture.
        linears: from `uniform_costs` or `model_costs`.
        workload: the run.
        float_bits: precision that float products and the unquantized rest are counted at (honest part only).
        stored_bytes: what `weight_bytes` says of a real model; estimated from `linears` when None.
    """
    calls = workload.passes * workload.steps
    rest = _rest_parameters(config, linears)
    giga = calls / 1e9
    factor = float_bits * float_bits / UNIT
    codes = sum(c.rows * c.weights for c in linears) * giga
    code_operations = sum(c.rows * c.weights * _share(c.weight_bits, c.act_bits) for c in linears) * giga
    branches = sum(c.rows * c.branch_parameters for c in linears) * giga
    paper_branches = sum(c.rows * c.branch_parameters * _share(c.weight_bits, c.act_bits) for c in linears)
    honest_codes = (
        sum(
            c.rows * c.weights * _share(min(c.weight_bits, float_bits), min(c.act_bits, float_bits))
            for c in linears
        )
        * giga
    )
    rotations = sum(c.rows * c.inputs * math.log2(c.inputs) for c in linears if c.rotated) * giga
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
        operations=honest_codes + factor * (branches + rotations + attention + others),
        macs=macs,
    )


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
