"""Orthonormal Hadamard rotations along the input channels, also for widths that are not powers of two.

A width n is written as (left factor) x (block), the block at most 256: the block is applied as one dense
product and the small left factor mixes the blocks (H_n = H_left kron H_block). Factors of 3, 5 and 11 come
from Paley's matrices of size 12, 20 and 44 (1536 = 12 x 128 = 8 x 192). A width without a known matrix is
rotated in diagonal blocks.
"""

from __future__ import annotations

import functools
from typing import Literal

import torch
import torch.nn.functional as F
from torch import Tensor, nn

RotationKind = Literal["none", "hadamard", "regular"]

LARGEST_REGULAR = 1024
"""The largest block that a width is padded to."""
_DENSE_BLOCK = 256


def _paley(order: int) -> Tensor:
    """Unnormalised Hadamard matrix of `order` = q + 1, q a prime = 3 mod 4 (Paley's first construction)."""
    q = order - 1
    residues = {(i * i) % q for i in range(1, q)}
    character = torch.tensor([0.0] + [1.0 if i in residues else -1.0 for i in range(1, q)])
    index = (torch.arange(q)[:, None] - torch.arange(q)[None]) % q
    skew = torch.zeros(order, order)
    skew[0, 1:] = 1.0
    skew[1:, 0] = -1.0
    skew[1:, 1:] = character[index]
    return skew + torch.eye(order)


def odd_part(size: int) -> tuple[int, int]:
    """`size` as (rest, power of two)."""
    power = size & -size
    return size // power, power


@functools.lru_cache(maxsize=64)
def hadamard_matrix(size: int) -> Tensor:
    """Orthonormal (size, size) matrix with entries +-1/sqrt(size).

    Raises:
        ValueError: when no construction is known here for this size.
    """
    rest, power = odd_part(size)
    if rest == 1:
        base = torch.ones(1, 1)
    elif rest in (3, 5, 11) and power >= 4:  # 12, 20 and 44
        base, power = _paley(4 * rest), power // 4
    else:
        raise ValueError(f"no Hadamard matrix of size {size} is known here")
    two = torch.tensor([[1.0, 1.0], [1.0, -1.0]])
    matrix = base
    while power > 1:
        matrix, power = torch.kron(matrix, two), power // 2
    return (matrix.double() / size**0.5).float()


@functools.lru_cache(maxsize=64)
def mixed_hadamard_matrix(size: int) -> Tensor:
    """`hadamard_matrix` with the signs of half its rows turned, by a fixed seed; still a Hadamard matrix.

    Without it the all-ones column gathers the common part of an input (after GELU it is large) in one
    channel.
    """
    return hadamard_matrix(size) * row_signs(size)[:, None]


def row_signs(size: int) -> Tensor:
    """(size,) the signs, 1 or -1, that `mixed_hadamard_matrix` turns rows by."""
    order = torch.randperm(size, generator=torch.Generator().manual_seed(size))
    return torch.where(order < size // 2, -1.0, 1.0)


@functools.lru_cache(maxsize=16)
def regular_hadamard_matrix(size: int) -> Tensor:
    """Orthonormal Hadamard matrix with equal row sums, size a power of four (no all-ones row; ConvRot).

    Raises:
        ValueError: when size is not a power of four.
    """
    base = torch.tensor([[1.0, 1, 1, -1], [1, 1, -1, 1], [1, -1, 1, 1], [-1, 1, 1, 1]])
    matrix = torch.ones(1, 1)
    while matrix.shape[0] < size:
        matrix = torch.kron(matrix, base)
    if matrix.shape[0] != size:
        raise ValueError(f"a regular Hadamard matrix needs a power of four, not {size}")
    return matrix / size**0.5


def _exists(size: int) -> bool:
    try:
        hadamard_matrix(size)
    except ValueError:
        return False
    return True


def inner_block(size: int) -> int:
    """The part of a block that is applied as one dense product.

    It is the largest one for which the rest has a matrix too.
    """
    if size <= _DENSE_BLOCK:
        return size
    divisors = (d for d in range(_DENSE_BLOCK, 0, -1) if size % d == 0)
    return next(d for d in divisors if _exists(d) and _exists(size // d))


def default_block(width: int) -> int:
    """The whole width when a matrix for it is known, otherwise the largest power of two dividing it."""
    return width if _exists(width) else odd_part(width)[1]


def largest_power_of_four(most: int) -> int:
    """The largest power of four up to `most`, which is at least 1."""
    return int(4 ** ((most.bit_length() - 1) // 2))


def regular_block(width: int, wanted: int = 256) -> int:
    """The largest power of four up to `wanted` that divides the width."""
    block = 1
    while block * 4 <= wanted and width % (block * 4) == 0:
        block *= 4
    return block


def padded_width(kind: RotationKind, width: int, block: int | None) -> int:
    """Channels behind a rotation: `width`, or whole blocks where a regular one does not divide it."""
    return -(-width // block) * block if kind == "regular" and block else width


@functools.lru_cache(maxsize=64)
def _factors(
    kind: RotationKind, size: int, device: torch.device, dtype: torch.dtype
) -> tuple[Tensor, Tensor | None]:
    """The dense block, and the left factor that mixes blocks or None, for diagonal blocks of `size`.

    Kept here for every layer of a width together, instead of a copy in each.
    """
    with torch.inference_mode(False):
        left = None
        if kind == "regular":
            dense = regular_hadamard_matrix(size)
        else:
            inner = inner_block(size)
            dense = mixed_hadamard_matrix(inner)
            if inner < size:
                left = mixed_hadamard_matrix(size // inner)
        return dense.to(device, dtype), None if left is None else left.to(device, dtype)


@functools.lru_cache(maxsize=64)
def _small_factors(
    kind: RotationKind, size: int, device: torch.device, dtype: torch.dtype
) -> tuple[Tensor | None, Tensor, Tensor]:
    """Signs (size,) or None, and two factors (A, A) and (B, B) of nearly equal size, A B = size.

    x H = (x signs) (outer kron inner) is the rotation that `_factors` describes.
    """
    make = regular_hadamard_matrix if kind == "regular" else hadamard_matrix
    with torch.inference_mode(False):
        dense, left = _factors(kind, size, torch.device("cpu"), torch.float32)
        whole = dense.shape[0]
        base = 4 if kind == "regular" else 2
        powers = [base**i for i in range(whole.bit_length()) if whole % base**i == 0]
        known = [b for b in powers if kind == "regular" or _exists(whole // b)]
        blocks = size // whole
        b = min(known, key=lambda b: blocks * (whole // b) + b)
        outer, signs = make(whole // b), None
        if left is not None:
            outer = torch.kron(left, outer)
        if kind == "hadamard":
            signs = row_signs(whole).repeat(blocks).to(device, dtype)
        return signs, outer.to(device, dtype), make(b).to(device, dtype)


class Rotation(nn.Module):
    """Applies z = x H on the last axis (width); H is orthonormal, so x W^T = z (W H)^T.

    Args:
        kind: `none`, `hadamard` or `regular`.
        width: size of the last axis.
        block: H is block-diagonal with blocks of this size. Where a regular one does not divide the width,
            zeros follow the last channel, so that z has `columns` channels, a whole number of blocks.
    """

    def __init__(self, kind: RotationKind, width: int, block: int | None = None) -> None:
        super().__init__()
        self.kind: RotationKind = kind
        self.width = self.columns = width
        if kind == "none":
            self.block = 1
            return
        self.block = block or (regular_block(width) if kind == "regular" else default_block(width))
        self.columns = padded_width(kind, width, block)
        if self.columns % self.block:
            raise ValueError(f"rotation block {self.block} does not divide the width {width}")
        self._factors(torch.empty(0))  # a block without a matrix is refused here

    def _factors(self, like: Tensor) -> tuple[Tensor, Tensor | None]:
        return _factors(self.kind, self.block, like.device, like.dtype)

    @property
    def recipe(self) -> tuple[RotationKind, int]:
        """Two rotations of one width with equal recipes are equal."""
        return self.kind, self.block

    @property
    def active(self) -> bool:
        """Whether the rotation changes anything."""
        return self.kind != "none" and self.block > 1

    def _padded(self, x: Tensor) -> Tensor:
        """(..., width) with zeros up to `columns`."""
        return x if self.columns == self.width else F.pad(x, (0, self.columns - self.width))

    def forward(self, x: Tensor) -> Tensor:
        """(..., width) to (..., columns); returns `x` itself when inactive."""
        if not self.active:
            return x
        x = self._padded(x)
        dense, left = self._factors(x)
        inner = dense.shape[0]
        z = x.reshape(-1, inner) @ dense
        if left is not None:
            z = left.t() @ z.view(-1, left.shape[0], inner)
        return z.view(x.shape)

    def by_factors(self, x: Tensor) -> Tensor:
        """`forward` by two small factors: a half to a third of its time on a CPU, other roundings."""
        if not self.active:
            return x
        x = self._padded(x)
        signs, outer, inner = _small_factors(self.kind, self.block, x.device, x.dtype)
        blocks = x.reshape(-1, self.block)
        if signs is not None:
            blocks = blocks * signs
        z = blocks.reshape(-1, len(inner)) @ inner
        return (outer.t() @ z.view(-1, len(outer), len(inner))).view(x.shape)

    def moment(self, moment: Tensor) -> Tensor:
        """H^T M H: the second moment (columns, columns) of x H from that (width, width) of x."""
        return self(self(moment).t().contiguous())

    def inverse(self, z: Tensor) -> Tensor:
        """(..., columns) to (..., width): x = z H^T."""
        if not self.active:
            return z
        dense, left = self._factors(z)
        inner = dense.shape[0]
        x = z.reshape(-1, inner) @ dense.t()
        if left is not None:
            x = left @ x.view(-1, left.shape[0], inner)
        return x.view(z.shape)[..., : self.width]
