"""A quantized layer's tensors in the order the kernel reads them."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import pad

from .interface import MAX_STAGES, PANEL, Input, Layer, Stage
from .library import needed


def aligned(count: int, dtype: torch.dtype) -> Tensor:
    """Zeros that begin at a multiple of 64 bytes."""
    extra = 64 // dtype.itemsize
    memory = torch.zeros(count + extra, dtype=dtype)
    skip = -memory.data_ptr() % 64 // dtype.itemsize
    return memory[skip : skip + count]


@dataclass(frozen=True, eq=False)
class InputChange:
    """z = ((x - shift) * multiplier) H, the factors of H as (size, distance), smallest distance first."""

    width: int
    stages: tuple[tuple[int, int], ...] = ()
    shift: Tensor | None = None
    """(width,) float32."""
    multiplier: Tensor | None = None
    """(width,) float32: smoothing, signs and norm of the rotation."""

    def struct(self) -> Input:
        """For the C interface; valid while this object lives. Raises ValueError for too many factors."""
        if len(self.stages) > MAX_STAGES:
            raise ValueError(f"a rotation of {len(self.stages)} factors")
        stages = (Stage * MAX_STAGES)(*(Stage(*stage) for stage in self.stages))
        return Input(self.width, len(self.stages), stages, _address(self.shift), _address(self.multiplier))


@dataclass(frozen=True, eq=False)
class BranchOperands:
    """The low-rank branch, ranks in eights; only where a factor is not zero is it multiplied."""

    ranks: int
    down: Tensor
    down_range: Tensor
    up: Tensor
    active: Tensor
    active_from: Tensor

    @classmethod
    def build(cls, up: Tensor, down: Tensor) -> BranchOperands:
        """From dense factors (N, R) and (R, K) float32; local blocks are zero outside their place."""
        used = down != 0
        first = torch.where(used.any(1), used.int().argmax(1), 0)
        order = torch.argsort(first, stable=True)  # neighbours begin at the same input
        ranks = -(-len(down) // 8) * 8
        extra = ranks - len(down)
        down = pad(down[order], (0, 0, 0, extra))
        up = pad(up.t()[order], (0, -up.shape[0] % PANEL, 0, extra)).contiguous()
        eights = (down != 0).view(ranks // 8, 8, -1).any(1)  # (R/8, K)
        width = down.shape[1]
        begin = torch.where(eights.any(1), eights.int().argmax(1), 0)
        end = torch.where(eights.any(1), width - eights.flip(1).int().argmax(1), 0)
        rows = pad((end - begin).cumsum(0), (1, 0))[:-1]
        parts = [
            part[:, int(first) : int(last)].t()
            for part, first, last in zip(down.view(-1, 8, width), begin, end, strict=True)
        ]
        by_panel = up.view(ranks, -1, PANEL).transpose(0, 1)  # (panels, R, 64)
        used = (by_panel != 0).any(2)
        return cls(
            ranks,
            torch.cat(parts).contiguous(),
            torch.stack([begin, end, rows], 1).int().contiguous(),
            by_panel[used].contiguous(),
            used.nonzero()[:, 1].int().contiguous(),
            pad(used.sum(1).cumsum(0), (1, 0)).int().contiguous(),
        )


class LayerOperands:
    """Weight codes in panels, scales by group, bias and branch, with the C structure that points to them."""

    def __init__(
        self,
        codes: Tensor,
        scale: Tensor,
        bits: int,
        *,
        groups: int,
        half: bool = False,
        zero: Tensor | None = None,
        halvings: float = 1.0,
        bias: Tensor | None = None,
        branch: tuple[Tensor, Tensor] | None = None,
        sums: bool = False,
    ) -> None:
        """Pack a layer.

        Args:
            codes: (N, K) int8, signed.
            scale: (N, weight groups) float32.
            bits: width of a code.
            groups: of inputs, a multiple of the weight groups; a sum is scaled for each.
            half: codes stand for c + 1/2.
            zero: (N, weight groups) whole numbers taken from the codes, or None.
            halvings: what a scale is multiplied by, as half-integers are doubled in the product.
            bias: (N,) or None.
            branch: factors (N, R) and (R, K) float32, or None.
            sums: whether the input's rounding needs sums of weights.
        """
        rows, columns = codes.shape
        padding = -rows % PANEL
        group = columns // groups
        repeat = groups // scale.shape[1]
        step = 2 if half else 1
        offset = (1 if half else 0) - step * 2 ** (bits - 1)
        self.tensors: dict[str, Tensor] = {}
        self.struct = Layer(
            inputs=columns,
            outputs=rows,
            groups=groups,
            group=group,
            group_padded=-(-group // 8) * 8,
            packed=int(bits <= 4),
            largest=2**bits - 1,
            weight_step=step,
            weight_offset=offset,
        )
        count = groups * self.struct.group_padded * (rows + padding)
        packed = aligned(count // 2 if bits <= 4 else count, torch.uint8)
        flat = codes.contiguous()
        needed().qd_pack(ctypes.byref(self.struct), flat.data_ptr(), packed.data_ptr())

        def by_group(values: Tensor) -> Tensor:
            spread = values.repeat_interleave(repeat, 1).t()  # (groups, N)
            return pad(spread, (0, padding)).contiguous()

        self._hold("codes", packed)
        self._hold("channel", by_group(scale.float() * halvings))
        if bias is not None:
            self._hold("bias", pad(bias.float(), (0, padding)))
        zeros = None if zero is None else zero.int() * step
        if zeros is not None:
            self._hold("offsets", by_group(offset - zeros))
        if sums:
            totals = codes.view(rows, groups, group).sum(2, dtype=torch.int32) * step
            totals += group * (offset + step * 2 ** (bits - 1))
            if zeros is not None:
                totals -= group * zeros.repeat_interleave(repeat, 1)
            self._hold("sums", pad(totals.t(), (0, padding)).contiguous())
        if branch is not None:
            operands = BranchOperands.build(*branch)
            self.struct.ranks = operands.ranks
            for name in ("down", "down_range", "up", "active", "active_from"):
                self._hold(name, getattr(operands, name))

    def _hold(self, name: str, tensor: Tensor) -> None:
        self.tensors[name] = tensor
        setattr(self.struct, name, tensor.data_ptr())

    def codes(self) -> Tensor:
        """(N, K) int8: the codes that were packed."""
        codes = torch.empty(self.struct.outputs, self.struct.inputs, dtype=torch.int8)
        needed().qd_unpack(ctypes.byref(self.struct), codes.data_ptr())
        return codes

    @property
    def code_bytes(self) -> int:
        """Bytes that the codes take."""
        return self.tensors["codes"].nbytes


def _address(tensor: Tensor | None) -> int | None:
    return None if tensor is None else tensor.data_ptr()
