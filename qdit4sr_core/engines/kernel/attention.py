"""Attention on the kernel's tiles: float32 without loss, or bfloat16 factors as an option of its own."""

from __future__ import annotations

import ctypes

import torch
from torch import Tensor

from .interface import Attention
from .library import library, needed

HEAD_SIZE = 64
"""The only size of a head that is written."""


def attention_runs(bfloat16: bool = False) -> bool:
    """Whether the kernel's attention runs on this processor."""
    loaded = library()
    return loaded is not None and bool(loaded.qd_has_attention(int(bfloat16)))


def attention_fits(query: Tensor, key: Tensor, value: Tensor) -> bool:
    """Whether the kernel takes these: float32 on the CPU, heads of 64, equal shapes, no gradients."""
    alike = query.shape == key.shape == value.shape and query.dim() == 4
    plain = query.device.type == "cpu" and query.dtype == key.dtype == value.dtype == torch.float32
    tracked = torch.is_grad_enabled() and (query.requires_grad or key.requires_grad or value.requires_grad)
    return alike and plain and query.shape[-1] == HEAD_SIZE and not tracked


def attend(query: Tensor, key: Tensor, value: Tensor, bfloat16: bool = False) -> Tensor:
    """softmax(q k^T / 8) v for (N, heads, T, 64) float32, as (N, heads, T, 64).

    The result is a view of a (N, T, heads, 64) tensor, so that joining the heads again costs nothing.
    Raises MemoryError when there is none for the keys.
    """
    batches, heads, tokens, size = query.shape
    query, key, value = query.contiguous(), key.contiguous(), value.contiguous()
    output = torch.empty(batches, tokens, heads, size)
    call = Attention(
        query.data_ptr(),
        key.data_ptr(),
        value.data_ptr(),
        output.data_ptr(),
        heads,
        tokens,
        batches,
        output.stride(0),
        output.stride(1),
        size**-0.5,
        int(bfloat16),
    )
    if needed().qd_attention(ctypes.byref(call), torch.get_num_threads()):
        raise MemoryError("no memory for the keys of an attention")
    return output.transpose(1, 2)
