"""Learned or computed matrices that change the basis of a layer's input, block by block and across blocks."""

from __future__ import annotations

import torch
from torch import Tensor


def block_product(x: Tensor, blocks: Tensor) -> Tensor:
    """(M, K) times the block-diagonal matrix of `blocks` (B, k, k), B k = K; a single block is repeated."""
    count, size = blocks.shape[:2]
    if count == 1:
        return (x.reshape(-1, size) @ blocks[0]).view(x.shape)
    return torch.einsum("mbi,bij->mbj", x.reshape(len(x), count, size), blocks).reshape(x.shape)


def across_product(x: Tensor, across: Tensor) -> Tensor:
    """(M, K) times the Kronecker product of across (A, A) and the identity: A blocks are mixed."""
    return (across.t() @ x.reshape(len(x), len(across), x.shape[1] // len(across))).reshape(x.shape)


def changed_basis(
    x: Tensor,
    shift: Tensor | None,
    inverse_smooth: Tensor | None,
    blocks: Tensor | None = None,
    across: Tensor | None = None,
) -> Tensor:
    """(M, K) as ((x - shift) * inverse_smooth) (across (x) blocks), each part where there is one.

    Matrices are taken to x's precision, which the result has.
    """
    z = x
    if shift is not None:
        z = z - shift
    if inverse_smooth is not None:
        z = z * inverse_smooth
    z = z.to(x.dtype)
    if blocks is None:
        return z
    return transform_input(z, blocks.to(z.dtype), None if across is None else across.to(z.dtype))


def transform_input(x: Tensor, blocks: Tensor, across: Tensor | None) -> Tensor:
    """(M, K) in the new basis: x (across (x) blocks), a Kronecker product where there is one block."""
    z = block_product(x, blocks)
    return z if across is None else across_product(z, across)
