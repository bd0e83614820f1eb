"""Packing signed integer codes of 2 to 8 bits without gaps: eight codes of b bits take b bytes.

A quantized layer holds its codes like this in memory too, so unpacking is made of a few whole-word
operations: eight b-bit fields of a 64-bit word are moved apart to eight bytes in three halving steps.
On the CPU the compiled library does so in one pass; without it torch makes a pass for each operation.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

from ...engines.kernel.stream import pack_stream, packs, unpack_stream

CPU_CHUNK, GPU_CHUNK = 1 << 18, 1 << 23
"""Codes unpacked at a time: on the CPU a chunk's words stay in its cache."""


def packed_size(count: int, bits: int) -> int:
    """Bytes that `count` codes take."""
    return -(-count // 8) * bits


def pack(codes: Tensor, bits: int) -> Tensor:
    """int8 codes in [-2^(b-1), 2^(b-1)) of any shape to a flat uint8 tensor; first code in the lowest bits.

    Raises:
        ValueError: when a code does not fit.
    """
    shift = 2 ** (bits - 1)
    flat = codes.reshape(-1)
    if codes.dtype == torch.int8 and packs(flat):
        packed = torch.empty(packed_size(flat.numel(), bits), dtype=torch.uint8)
        if not pack_stream(flat, bits, packed):
            raise ValueError(f"a code does not fit {bits} bits")
        return packed
    if flat.numel() and (int(flat.min()) < -shift or int(flat.max()) >= shift):
        raise ValueError(f"a code does not fit {bits} bits")
    packed = torch.empty(packed_size(flat.numel(), bits), dtype=torch.uint8, device=codes.device)
    step = chunk_size(codes.device)
    for start in range(0, flat.numel(), step):
        part = flat[start : start + step]
        eights = torch.full((-(-part.numel() // 8) * 8,), -shift, dtype=torch.int16, device=codes.device)
        eights[: part.numel()] = part
        words = (eights + shift).to(torch.uint8).view(torch.int64)  # a code in each byte
        for fields in (1, 2, 4):  # close the gaps between halves of 1, 2 and 4 codes
            low, high, gap = _halves(fields, bits)
            words = (words & low) | ((words >> gap) & high)
        offset = start // 8 * bits
        packed[offset : offset + words.numel() * bits].view(-1, bits).copy_(
            words.view(torch.uint8).view(-1, 8)[:, :bits]
        )
    return packed


def _halves(fields: int, bits: int) -> tuple[int, int, int]:
    """Masks of the low and the high half of each group of 2 x `fields` codes, and the gap between them.

    The halves lie closed up in the masks, `8 x fields` bits apart before.
    """
    narrow, wide = fields * bits, 8 * fields
    groups = 4 // fields
    half = (1 << narrow) - 1
    low = sum(half << (2 * wide * group) for group in range(groups))
    high = sum(half << (2 * wide * group + narrow) for group in range(groups))
    return _signed(low), _signed(high), wide - narrow


def _signed(word: int) -> int:
    return word - (1 << 64) if word >> 63 else word


def chunk_size(device: torch.device) -> int:
    """Codes to unpack at a time on a device, a multiple of eight."""
    return CPU_CHUNK if device.type == "cpu" else GPU_CHUNK


def unpack(packed: Tensor, bits: int, shape: tuple[int, ...]) -> Tensor:
    """The int8 codes of `shape` that `pack` packed.

    Raises:
        ValueError: when `packed` has another size than these codes take.
    """
    count = math.prod(shape)
    if packed.numel() != packed_size(count, bits):
        raise ValueError(f"{packed.numel()} bytes cannot hold {count} codes of {bits} bits")
    codes = torch.empty(-(-count // 8) * 8, dtype=torch.int8, device=packed.device)
    step = chunk_size(packed.device)
    for start in range(0, codes.numel(), step):
        unpack_range(packed, bits, start, codes[start : start + step])
    return codes[:count].view(shape)


def unpack_range(packed: Tensor, bits: int, start: int, out: Tensor) -> None:
    """Unpack the codes from `start` on, a multiple of eight, into flat int8 `out`, as many as it holds."""
    whole = -(-out.numel() // 8) * 8
    if packs(packed) and packs(out):
        unpack_stream(packed[start // 8 * bits :], bits, out)
        return
    codes = out if whole == out.numel() else torch.empty(whole, dtype=torch.int8, device=packed.device)
    offset = start // 8 * bits
    _unpack_into(codes, packed[offset : offset + whole // 8 * bits], bits)
    if codes is not out:
        out.copy_(codes[: out.numel()])


def _unpack_into(codes: Tensor, packed: Tensor, bits: int) -> None:
    """Write as many codes as `codes` holds, a multiple of eight."""
    if bits == 8:
        torch.sub(packed.view(torch.int8), -128, out=codes)  # wraps around, as it should
        return
    if bits == 4:  # the usual width, in one step: a byte's two codes to the two bytes of a 16-bit word
        pairs = packed.to(torch.int16)
        upper = (pairs << 4).bitwise_and_(0x0F00)
        torch.sub(pairs.bitwise_and_(0x000F).bitwise_or_(upper).view(torch.int8), 8, out=codes)
        return
    eights = torch.zeros(packed.numel() // bits, 8, dtype=torch.uint8, device=packed.device)
    eights[:, :bits] = packed.view(-1, bits)
    words = eights.view(torch.int64).view(-1)
    for fields in (4, 2, 1):
        low, high, gap = _halves(fields, bits)
        upper = (words & high).bitwise_left_shift_(gap)
        words = words.bitwise_and_(low).bitwise_or_(upper)
    torch.sub(words.view(torch.int8), 2 ** (bits - 1), out=codes)
