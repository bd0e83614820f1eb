"""Packing signed integer codes of 2 to 8 bits without gaps: eight codes of b bits take b bytes."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor


def packed_size(count: int, bits: int) -> int:
    """Bytes that `count` codes take."""
    return -(-count // 8) * bits


def pack(codes: Tensor, bits: int) -> Tensor:
    """int8 codes in [-2^(b-1), 2^(b-1)) of any shape to a flat uint8 tensor; first code in the lowest bits.

    Raises:
        ValueError: when a code does not fit.
    """
    shift = 2 ** (bits - 1)
    flat = codes.reshape(-1).numpy().astype(np.int16) + shift
    if flat.size and (flat.min() < 0 or flat.max() >= 2 * shift):
        raise ValueError(f"a code does not fit {bits} bits")
    padded = np.zeros(-(-flat.size // 8) * 8, dtype=np.uint64)
    padded[: flat.size] = flat
    eights = padded.reshape(-1, 8)
    words = np.zeros(len(eights), dtype=np.uint64)
    for position in range(8):
        words |= eights[:, position] << np.uint64(bits * position)
    little_endian = words.astype("<u8").view(np.uint8).reshape(-1, 8)
    return torch.from_numpy(np.ascontiguousarray(little_endian[:, :bits]).reshape(-1))


def unpack(packed: Tensor, bits: int, shape: tuple[int, ...]) -> Tensor:
    """The int8 codes of `shape` that `pack` packed.

    Raises:
        ValueError: when `packed` has another size than these codes take.
    """
    count = int(np.prod(shape))
    if packed.numel() != packed_size(count, bits):
        raise ValueError(f"{packed.numel()} bytes cannot hold {count} codes of {bits} bits")
    rows = packed.numpy().reshape(-1, bits)
    little_endian = np.zeros((len(rows), 8), dtype=np.uint8)
    little_endian[:, :bits] = rows
    words = little_endian.reshape(-1).view("<u8")
    mask = np.uint64(2**bits - 1)
    codes = np.empty((len(words), 8), dtype=np.int16)
    for position in range(8):
        codes[:, position] = ((words >> np.uint64(bits * position)) & mask).astype(np.int16)
    signed = (codes.reshape(-1)[:count] - 2 ** (bits - 1)).astype(np.int8)
    return torch.from_numpy(signed.reshape(shape))
