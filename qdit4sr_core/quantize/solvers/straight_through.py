"""Descent through roundings: the gradient passes a rounding as if it were not there (Bengio et al., 2013).

The loss is always that of truly rounded numbers, and the best state met is kept, the start among them: the
result is never worse than the start on what it was learned from.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from ...progress import CancelCheck, never_cancelled, stop_if
from ..layer.codes import WeightCodes, safe_reciprocal, storable


def round_through(x: Tensor) -> Tensor:
    """The nearest whole numbers, with the gradient of `x`."""
    return x + (x.round() - x).detach()


def static_through(z: Tensor, low: Tensor, high: Tensor, bits: int) -> Tensor:
    """z (S, K) rounded to 2^b levels of one range, as `ActivationSpec("static")` does.

    Bounds are scalars or (S, 1), low < high.
    """
    top = 2**bits - 1
    scale = (high - low) / top
    zero = round_through(-low / scale)
    codes = (round_through(z / scale) + zero).clamp(0, top)
    return (codes - zero) * scale


def asymmetric_grid(low: Tensor, high: Tensor, bits: int) -> tuple[Tensor, Tensor]:
    """Scale and zero point (out, 1), the latter from 0 to 2^b - 1, of ranges (out, 1); low <= 0 <= high."""
    top = 2**bits - 1
    scale = ((high - low) / top).clamp_min(1e-12)
    return scale, round_through(-low / scale).clamp(0, top)


def asymmetric_through(weight: Tensor, low: Tensor, high: Tensor, bits: int) -> Tensor:
    """(out, in) rounded to 2^b levels of each channel's range (out, 1)."""
    scale, zero = asymmetric_grid(low, high, bits)
    codes = (round_through(weight / scale) + zero).clamp(0, 2**bits - 1)
    return (codes - zero) * scale


def encode_range(weight: Tensor, low: Tensor, high: Tensor, bits: int) -> WeightCodes:
    """Codes of `asymmetric_through` with the scale at its stored precision."""
    shift = 2 ** (bits - 1)
    scale, zero = asymmetric_grid(low, high, bits)
    scale = storable(scale)
    codes = ((weight * safe_reciprocal(scale)).round_() + zero).clamp_(0, 2 * shift - 1)
    return WeightCodes((codes - shift).to(torch.int8), scale, bits, 0.0, zero - shift)


def symmetric_through(weight: Tensor, scale: Tensor, bits: int) -> Tensor:
    """(out, in) rounded to all 2^b whole multiples of scale (out, 1)."""
    highest = 2 ** (bits - 1) - 1
    scale = scale.clamp_min(1e-12)
    return round_through(weight / scale).clamp(-highest - 1, highest) * scale


def descend(
    parameters: Sequence[tuple[Tensor, float]],
    loss: Callable[[], Tensor],
    iterations: int,
    cancelled: CancelCheck = never_cancelled,
) -> float:
    """Adam with a cosine to zero on `loss` of the parameters, which hold the best state afterwards.

    Args:
        parameters: tensors that require gradients, each with its rate.
        loss: a scalar of the current parameters; where it is not finite the descent ends.
        iterations: steps; 0 leaves the start.
        cancelled: asked before every step.

    Returns:
        The least loss.

    Raises:
        Cancelled: when asked to stop.
    """
    tensors = [tensor for tensor, _ in parameters]
    optimiser = torch.optim.Adam([{"params": [t], "lr": rate} for t, rate in parameters])
    best, least = [t.detach().clone() for t in tensors], math.inf
    with torch.enable_grad():
        for iteration in range(iterations + 1):
            stop_if(cancelled)
            value = loss()
            if float(value.detach()) < least:
                least, best = float(value.detach()), [t.detach().clone() for t in tensors]
            if iteration == iterations or not bool(torch.isfinite(value)):
                break
            share = 0.5 * (1 + math.cos(math.pi * iteration / iterations))
            for group, (_, rate) in zip(optimiser.param_groups, parameters, strict=True):
                group["lr"] = rate * share
            optimiser.zero_grad()
            value.backward()
            optimiser.step()
    with torch.no_grad():
        for tensor, state in zip(tensors, best, strict=True):
            tensor.copy_(state)
    return least
