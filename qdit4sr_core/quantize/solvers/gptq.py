"""GPTQ: rounding one input channel at a time and making the later ones take up the error.

Minimises ||(W - Q) X||^2 for the second moment H = E[x x^T] of the layer's input, by the inverse Cholesky
factor.
Source: Frantar et al., GPTQ (ICLR 2023): dampening 1 % of the mean diagonal, channels in order of importance.
"""

from __future__ import annotations

import dataclasses

import torch
from torch import Tensor

from ...progress import CancelCheck, never_cancelled, stop_if
from ..layer.codes import WeightCodes, safe_reciprocal, symmetric_range

_BLOCK = 128


def gptq_round(
    weight: Tensor,
    moment: Tensor,
    template: WeightCodes,
    *,
    dampening: float = 0.01,
    act_order: bool = True,
    cancelled: CancelCheck = never_cancelled,
) -> WeightCodes:
    """Codes for `weight` on the grid (scales, zero points) of `template`.

    Args:
        weight: (out, in).
        moment: (in, in) second moment of the input in the same basis; channels that were never excited are
            rounded to the nearest code.
        template: any codes of the same shape; only its scales, zero points, width and offset are used.
        dampening: added to the diagonal, as a share of its mean.
        act_order: round the most excited channels first.
        cancelled: asked after every 128 channels.

    Raises:
        Cancelled: when asked to stop.
    """
    rows, columns = weight.shape
    diagonal = moment.diag()
    mean = float(diagonal.mean())
    if not mean > 0:
        moment, diagonal, mean = torch.eye(columns), torch.ones(columns), 1.0
    order = torch.argsort(diagonal, descending=True) if act_order else torch.arange(columns)
    factor = _inverse_cholesky(moment[order][:, order], dampening * mean)
    group = torch.div(order, template.group, rounding_mode="floor")
    scale = template.scale[:, group]  # (out, in) in rounding order
    zero = torch.zeros(()) if template.zero is None else template.zero[:, group]
    lowest, highest = _range(template)
    inverse = safe_reciprocal(scale)
    shift = zero - template.offset if template.offset or template.zero is not None else torch.zeros(())
    shift = shift.expand(rows, columns)
    remaining = weight[:, order].clone()
    codes = torch.empty_like(remaining)
    for start in range(0, columns, _BLOCK):
        stop_if(cancelled)
        stop = min(start + _BLOCK, columns)
        errors = torch.empty(rows, stop - start)
        for i in range(start, stop):
            column = remaining[:, i]
            code = (column * inverse[:, i] + shift[:, i]).round_().clamp_(lowest, highest)
            codes[:, i] = code
            error = (column - (code - shift[:, i]) * scale[:, i]) / factor[i, i]
            errors[:, i - start] = error
            if i + 1 < stop:
                remaining[:, i + 1 : stop].addr_(error, factor[i, i + 1 : stop], alpha=-1.0)
        if stop < columns:
            remaining[:, stop:].addmm_(errors, factor[start:stop, stop:], alpha=-1.0)
    restored = torch.empty_like(codes)
    restored[:, order] = codes
    return dataclasses.replace(template, codes=restored.to(torch.int8))


def feedback_basis(moment: Tensor, *, dampening: float = 0.01) -> Tensor:
    """(in, in) T with W - Q = E T for `gptq_round`'s plain rounding errors E, which are white."""
    diagonal = moment.diag()
    mean = float(diagonal.mean())
    if not mean > 0:
        return torch.eye(len(moment))
    order = torch.argsort(diagonal, descending=True)
    factor = _inverse_cholesky(moment[order][:, order], dampening * mean)
    restored = torch.empty_like(factor)
    restored[:, order] = factor / factor.diag()[:, None]
    return restored


def _range(template: WeightCodes) -> tuple[int, int]:
    if template.zero is not None:
        shift = 2 ** (template.bits - 1)
        return -shift, shift - 1
    return symmetric_range(template.bits, template.offset, template.full)


def _inverse_cholesky(moment: Tensor, dampening: float) -> Tensor:
    """Upper Cholesky factor of the inverse; dampening grows until the matrix is positive definite."""
    eye = torch.eye(moment.shape[0], dtype=torch.float64)
    matrix = moment.double()
    for _ in range(8):
        lower, failed = torch.linalg.cholesky_ex(matrix + dampening * eye)
        if int(failed) == 0:
            inverse = torch.cholesky_inverse(lower)
            upper, failed = torch.linalg.cholesky_ex(inverse, upper=True)
            if int(failed) == 0:
                return upper.float()
        dampening *= 10
    return eye.float()
