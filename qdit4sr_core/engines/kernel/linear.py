"""Calling the kernel: several layers on one input, which is rotated and rounded once."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor

from .interface import MAX_JOBS, TILE, Input, Job, Prepared, Rows
from .library import needed
from .operands import InputChange, LayerOperands
from .rounding import InputRounding

NO_MEMORY = "no memory for the rounded input of a quantized layer"


@dataclass(frozen=True, eq=False)
class KernelLinear:
    """One quantized linear for the kernel, its input rounded in one way."""

    change: InputChange
    layer: LayerOperands
    rounding: InputRounding
    _job: Job = field(init=False, repr=False)
    _input: Input = field(init=False, repr=False)

    def __post_init__(self) -> None:
        job = Job(layer=ctypes.pointer(self.layer.struct), rounder=self.rounding.rounder())
        object.__setattr__(self, "_job", job)
        object.__setattr__(self, "_input", self.change.struct())

    def __call__(self, x: Tensor, gelu: bool = False) -> Tensor:
        """(..., K) to (..., N) float32, through tanh-GELU if asked."""
        return multiply([self], x, gelu)[0]


def multiply(layers: Sequence[KernelLinear], x: Tensor, gelu: bool = False) -> list[Tensor]:
    """Every layer's output for one input that all of them change alike (shift, smoothing, rotation).

    Args:
        layers: up to eight, with equal `change`.
        x: (..., K) on the CPU.
        gelu: whether outputs pass through tanh-GELU.

    Returns:
        (..., N) float32 for each layer. A row with a number that is not finite becomes NaN.

    Raises:
        MemoryError: when there is no memory for the rounded input.
    """
    if len(layers) > MAX_JOBS:
        raise ValueError(f"{len(layers)} layers in one call")
    kept, rows = _rows(x)
    jobs = (Job * len(layers))()
    outputs = []
    for i, one in enumerate(layers):
        output = torch.empty(*x.shape[:-1], one.layer.struct.outputs)
        jobs[i] = one._job
        jobs[i].output, jobs[i].gelu = output.data_ptr(), int(gelu)
        outputs.append(output)
    failed = needed().qd_linear(
        ctypes.byref(layers[0]._input), ctypes.byref(rows), len(layers), jobs, torch.get_num_threads()
    )
    del kept
    if failed:
        raise MemoryError(NO_MEMORY)
    return outputs


def _rows(x: Tensor) -> tuple[Tensor, Rows]:
    """The input as float32 rows, and the tensor that must live on; (N, T, K) views are taken as they lie."""
    x = x.detach()
    if x.dtype != torch.float32:
        x = x.float()
    if x.dim() != 3 or x.stride(2) != 1:
        x = x.reshape(1, -1, x.shape[-1]).contiguous()
    batches, rows, _ = x.shape
    return x, Rows(x.data_ptr(), batches, rows, x.stride(0), x.stride(1))


@dataclass(frozen=True, eq=False)
class PreparedRows:
    """What the kernel multiplies, for tests.

    `z` is (M, K), `codes` (M, groups, padded group) int8; the rest belongs to a row and a group.
    """

    z: Tensor
    codes: Tensor
    scale: Tensor
    code_sum: Tensor
    offset: Tensor

    def struct(self) -> Prepared:
        """For the C interface."""
        tensors = (self.codes, self.scale, self.code_sum, self.offset)
        return Prepared(*(tensor.data_ptr() for tensor in tensors))


def prepare(one: KernelLinear, x: Tensor) -> PreparedRows:
    """Rotate and round rows (M, K) as a call does. Raises MemoryError as `multiply` does."""
    kept, rows = _rows(x)
    count, layer = kept.shape[0] * kept.shape[1], one.layer.struct
    whole = -(-count // TILE) * TILE
    shape = (whole, layer.groups, layer.group_padded)
    prepared = PreparedRows(
        torch.empty(count, layer.inputs),
        torch.zeros(shape, dtype=torch.int8),
        torch.zeros(whole, layer.groups),
        torch.zeros(whole, layer.groups, dtype=torch.int32),
        torch.zeros(whole, layer.groups, dtype=torch.int32),
    )
    down = torch.empty(whole, max(8, layer.ranks))
    failed = needed().qd_prepare(
        ctypes.byref(one._input),
        ctypes.byref(rows),
        ctypes.byref(one._job),
        ctypes.byref(prepared.struct()),
        down.data_ptr(),
        prepared.z.data_ptr(),
    )
    if failed:
        raise MemoryError(NO_MEMORY)
    return prepared


def integer_sums(one: KernelLinear, prepared: PreparedRows) -> Tensor:
    """(M, groups, N) int32: the sums that scales are multiplied with."""
    layer, count = one.layer.struct, len(prepared.z)
    padded = -(-layer.outputs // 64) * 64
    sums = torch.empty(count, layer.groups, padded, dtype=torch.int32)
    needed().qd_sums(ctypes.byref(one._job), count, ctypes.byref(prepared.struct()), sums.data_ptr())
    return sums[..., : layer.outputs]
