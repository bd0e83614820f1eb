"""A quantized layer in the form the native kernel takes, or why it cannot."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import torch.nn.functional as F
from torch import Tensor

from ...engines.kernel import InputChange, InputRounding, KernelLinear, LayerOperands
from .activations import ActivationSpec
from .branch import Branch
from .codes import WeightCodes, group_size
from .grids import gaussian_grid
from .input_transform import changed_basis
from .rotation import Rotation
from .rotation_factors import rotation_factors

SMALLEST_GROUP = 8
"""Groups of fewer channels are left to the other engines: the kernel works in eights."""
_INT32 = 2**31


def input_rounding(spec: ActivationSpec, width: int) -> InputRounding:
    """How `quantize_activation` rounds a row of `width` to `spec.bits` (2 to 8), in the kernel's terms."""
    bits = spec.bits
    if spec.kind == "static":
        scale, zero = spec.static_scale
        return InputRounding("static", 1, scale, -zero, 2**bits - 1 - zero, zero=zero)
    group = group_size(width, spec.group)
    groups = width // group
    if spec.kind == "leading-zero":
        highest = 2 ** (bits - 1) - 1
        return InputRounding("leading-zero", 1, lowest=-highest, highest=highest, share=group)
    if spec.kind == "gaussian":
        grid = gaussian_grid(bits, spec.grid)
        step = grid.step / group**0.5
        return InputRounding("gaussian", groups, step, grid.lowest, grid.highest, half=grid.offset != 0)
    if spec.kind == "absmax":
        highest = 2 ** (bits - 1) - 1
        lowest = -highest - 1 if spec.clip < 1 else -highest
        return InputRounding("absmax", groups, spec.clip / highest, lowest, highest)
    return InputRounding("minmax", groups, highest=2**bits - 1)


def kernel_refusal(spec: ActivationSpec, width: int, weight_groups: int, weight_bits: int) -> str:
    """Why the kernel cannot execute such a layer exactly, in a few words; empty where it can."""
    if spec.kind == "none":
        return "inputs in float"
    if max(spec.widths) > 8:
        return "inputs above 8 bits"
    if spec.kind == "absmax" and min(spec.widths) < 2:
        return "symmetric inputs of 1 bit"
    roundings = [input_rounding(one, width) for one in spec.roundings()]
    group = math.gcd(width // roundings[0].groups, width // weight_groups)
    if group < min(SMALLEST_GROUP, width):
        return f"groups of fewer than {SMALLEST_GROUP} channels"
    if group % roundings[0].share:
        return "leading zeros shared beyond a group of weights"
    largest = max(rounding.largest for rounding in roundings)
    return "" if group * largest * 2 ** (weight_bits + 1) < _INT32 else "sums beyond 32 bits"


def layer_operands(
    codes: WeightCodes, spec: ActivationSpec, bias: Tensor | None, branch: Branch
) -> LayerOperands:
    """The layer's tensors packed for the kernel; `codes` and `branch` live in the changed basis."""
    roundings = [input_rounding(one, codes.codes.shape[1]) for one in spec.roundings()]
    half = codes.offset != 0
    return LayerOperands(
        codes.codes,
        codes.scale,
        codes.bits,
        groups=math.lcm(roundings[0].groups, codes.scale.shape[1]),
        half=half,
        zero=codes.zero,
        halvings=0.5 ** (int(half) + int(roundings[0].half)),
        bias=bias,
        branch=branch.factors(),
        sums=any(rounding.has_offset for rounding in roundings),
    )


def kernel_form(
    operands: LayerOperands,
    rotation: Rotation,
    shift: Tensor | None,
    smooth: Tensor | None,
    blocks: Tensor | None,
    across: Tensor | None,
) -> KernelForm:
    """A layer for the kernel, which centres, smooths and rotates by itself.

    A learned matrix and padding, with what comes before them, are left to floats.
    """
    padding = rotation.columns - rotation.width
    if blocks is None and not padding:
        return KernelForm(operands, input_change(rotation, shift, smooth))
    centre = None if shift is None else shift.float()
    inverse = None if smooth is None else 1.0 / smooth.float()
    matrix = MatrixChange(blocks, across, centre, inverse, padding)
    return KernelForm(operands, input_change(rotation, None, None), matrix)


def input_change(rotation: Rotation, shift: Tensor | None, smooth: Tensor | None) -> InputChange:
    """Centre, smoothing and rotation of an input."""
    factors = rotation_factors(rotation)
    multiplier = None if smooth is None else 1.0 / smooth.float()
    if factors.multiplier is not None:
        multiplier = factors.multiplier if multiplier is None else multiplier * factors.multiplier
    centre = None if shift is None else shift.float().contiguous()
    return InputChange(rotation.columns, factors.stages, centre, multiplier)


@dataclass(frozen=True, eq=False)
class MatrixChange:
    """A learned matrix and what comes before it: a float product on an input before the kernel sees it."""

    blocks: Tensor | None = None
    across: Tensor | None = None
    shift: Tensor | None = None
    inverse_smooth: Tensor | None = None
    padding: int = 0
    """Zeros behind the last channel."""

    def __call__(self, x: Tensor) -> Tensor:
        """(..., K) to (..., K + padding) float32."""
        flat = x.reshape(-1, x.shape[-1]).float()
        z = changed_basis(flat, self.shift, self.inverse_smooth, self.blocks, self.across)
        z = F.pad(z, (0, self.padding)) if self.padding else z
        return z.view(*x.shape[:-1], x.shape[-1] + self.padding)


@dataclass(frozen=True, eq=False)
class KernelForm:
    """One layer's operands for the kernel; the codes in them take the place of the packed ones."""

    operands: LayerOperands
    change: InputChange
    matrix: MatrixChange | None = None
    """What is done in float before the kernel's own change."""
    _by_rounding: dict[ActivationSpec, KernelLinear] = field(default_factory=dict)

    def at(self, rounding: ActivationSpec) -> KernelLinear:
        """The layer with its input, behind `matrix`, rounded so (the same for all steps)."""
        if rounding not in self._by_rounding:
            in_kernel = input_rounding(rounding, self.change.width)
            self._by_rounding[rounding] = KernelLinear(self.change, self.operands, in_kernel)
        return self._by_rounding[rounding]

    def __call__(self, x: Tensor, rounding: ActivationSpec, gelu: bool = False) -> Tensor:
        """(..., K) to (..., N) float32, through tanh-GELU if asked."""
        return self.at(rounding)(x if self.matrix is None else self.matrix(x), gelu)

    def tensors(self) -> list[Tensor]:
        """Everything held beside the layer's own tensors."""
        matrix = () if self.matrix is None else (self.matrix.shift, self.matrix.inverse_smooth)
        change = (self.change.shift, self.change.multiplier, *matrix)
        return [*self.operands.tensors.values(), *(t for t in change if t is not None)]
