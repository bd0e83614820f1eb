"""Codes without gaps, as files hold them, packed and unpacked by the compiled library."""

from __future__ import annotations

from torch import Tensor

from .library import library


def packs(tensor: Tensor) -> bool:
    """Whether the library is there and can read this tensor."""
    return library() is not None and tensor.device.type == "cpu" and tensor.is_contiguous()


def pack_stream(codes: Tensor, bits: int, packed: Tensor) -> bool:
    """Pack flat int8 `codes` into uint8 `packed`; False when a code does not fit."""
    loaded = library()
    assert loaded is not None
    return bool(loaded.qd_pack_stream(codes.data_ptr(), codes.numel(), bits, packed.data_ptr()))


def unpack_stream(packed: Tensor, bits: int, codes: Tensor) -> None:
    """Fill flat int8 `codes` from the first bytes of uint8 `packed`."""
    loaded = library()
    assert loaded is not None
    loaded.qd_unpack_stream(packed.data_ptr(), codes.numel(), bits, codes.data_ptr())
