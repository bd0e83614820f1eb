"""A quantized weight as it is held in memory, bit-packed, and as a product wants it."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from .codes import WeightCodes
from .packing import chunk_size, unpack, unpack_range


@dataclass(frozen=True)
class PackedWeight:
    """`WeightCodes` with packed codes.

    `packed` is (bytes,) uint8 and holds (rows, columns) codes; `scale` is (rows, groups) and `zero` the same
    or None, in the types they are stored in.
    """

    packed: Tensor
    scale: Tensor
    shape: tuple[int, int]
    bits: int
    offset: float = 0.0
    zero: Tensor | None = None

    def codes(self) -> Tensor:
        """(rows, columns) int8."""
        return unpack(self.packed, self.bits, self.shape)

    def unpacked(self) -> WeightCodes:
        """The same weight with int8 codes and float32 scales."""
        zero = None if self.zero is None else self.zero.float()
        return WeightCodes(self.codes(), self.scale.float(), self.bits, self.offset, zero)

    def integers(self) -> Tensor:
        """(rows, columns) int8 to multiply with: the codes, or odd numbers where codes are half-integers."""
        codes = self.codes()
        return codes.mul_(2).add_(1) if self.offset else codes

    def dequantize(self, dtype: torch.dtype = torch.float32) -> Tensor:
        """(rows, columns) numbers, worked out in float32 a few rows at a time and stored as `dtype`."""
        rows, columns = self.shape
        weight = torch.empty(rows, columns, dtype=dtype, device=self.packed.device)
        scale = self.scale.float()[..., None]
        zero = None if self.zero is None else self.zero.float()[..., None]
        step = 8 * max(1, chunk_size(weight.device) // (8 * columns))  # rows; eight of them end on a byte
        codes = torch.empty(min(step, rows) * columns, dtype=torch.int8, device=weight.device)
        for row in range(0, rows, step):
            part = weight[row : row + step]
            flat = codes[: part.numel()]
            unpack_range(self.packed, self.bits, row * columns, flat)
            values = part if dtype == torch.float32 else torch.empty_like(part, dtype=torch.float32)
            blocks = values.view(len(part), self.scale.shape[1], -1)
            blocks.copy_(flat.view(blocks.shape))
            if self.offset:
                blocks.add_(self.offset)
            if zero is not None:
                blocks.sub_(zero[row : row + step])
            blocks.mul_(scale[row : row + step])
            if values is not part:
                part.copy_(values)
        return weight
