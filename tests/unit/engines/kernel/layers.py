"""Small quantized layers of every kind, and what float arithmetic makes of their integers."""

from __future__ import annotations

import torch
from torch import Tensor

from qdit4sr_core.engines.kernel import KernelLinear
from qdit4sr_core.engines.kernel.linear import PreparedRows
from qdit4sr_core.quantize.layer.activations import ActivationSpec, quantize_activation
from qdit4sr_core.quantize.layer.branch import Branch
from qdit4sr_core.quantize.layer.codes import WeightCodes, encode_asymmetric, encode_gaussian
from qdit4sr_core.quantize.layer.linear import QuantizedLinear

KINDS = ("gaussian", "absmax", "minmax", "static", "leading-zero")


def random(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def layer(
    inputs: int,
    outputs: int,
    kind: str = "gaussian",
    bits: int = 4,
    weight_bits: int = 4,
    group: int | None = None,
    rotation: str = "hadamard",
    full: bool = False,
    ranks: int = 3,
) -> QuantizedLinear:
    """`full` has zero points, smoothing, a centre, a bias and a branch of `ranks` and local blocks."""
    weight = random(outputs, inputs, seed=inputs + outputs)
    codes = encode_asymmetric(weight, weight_bits, group) if full else encode_gaussian(weight, weight_bits)
    if not full and group is not None:
        codes = encode_gaussian(weight, weight_bits, group=group)
    act_group = None if kind == "static" else group
    activation = ActivationSpec(kind, bits, act_group, low=-2.0, high=3.0)  # type: ignore[arg-type]
    if not full:
        return QuantizedLinear.build(codes, activation, rotation=rotation)  # type: ignore[arg-type]
    branch = Branch(random(outputs, ranks, seed=1), random(ranks, inputs, seed=2))
    if inputs % 2 == 0 and outputs % 2 == 0:
        blocks = random(2, 2, outputs // 2, seed=3), random(2, 2, inputs // 2, seed=4)
        branch = Branch(branch.global_up, branch.global_down, *blocks)
    return QuantizedLinear.build(
        codes,
        activation,
        bias=random(outputs, seed=5),
        smooth=random(inputs, seed=6).abs() + 0.5,
        shift=0.2 * random(inputs, seed=7),
        rotation=rotation,  # type: ignore[arg-type]
        branch=branch,
    )


def for_kernel(quantized: QuantizedLinear) -> KernelLinear:
    """The layer as the kernel engine calls it."""
    quantized.set_engine("kernel")
    assert quantized.engine == "kernel", quantized.not_by_kernel
    return quantized._for_kernel().at(quantized.rounding)


def weight_integers(codes: WeightCodes) -> Tensor:
    """(N, K) int64: W, doubled where codes are half-integers."""
    step = 2 if codes.offset else 1
    integers = codes.codes.long() * step + (1 if codes.offset else 0)
    if codes.zero is not None:
        integers -= step * codes.zero.long().repeat_interleave(codes.group, 1)
    return integers


def input_integers(one: KernelLinear, prepared: PreparedRows) -> Tensor:
    """(M, groups, group) int64: A, doubled where codes are half-integers."""
    rows, layer = len(prepared.z), one.layer.struct
    step = one.rounding.rounder().activation_step
    return step * prepared.codes[:rows, :, : layer.group].long() + prepared.offset[:rows, :, None]


def flipped_codes(quantized: QuantizedLinear, one: KernelLinear, prepared: PreparedRows) -> int:
    """How many rounded inputs differ from `quantize_activation`'s for the same z by more than rounding."""
    rows, width = prepared.z.shape
    half = 0.5 if one.rounding.half else 1.0
    ours = (input_integers(one, prepared) * half * prepared.scale[:rows, :, None]).reshape(rows, width)
    theirs, scale = quantize_activation(prepared.z.clone(), quantized.rounding)
    theirs = theirs if scale is None else theirs * scale
    return int(((ours - theirs).abs() > 1e-4 * (theirs.abs().max() + 1e-30)).sum())
