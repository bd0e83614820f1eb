"""AdaRound: learning which way each weight is rounded, by gradient descent on a layer's output error.

Source: Nagel et al., Up or Down? (ICML 2020): rectified sigmoid, annealed regulariser.
"""

from __future__ import annotations

import torch
from torch import Tensor

from ...progress import CancelCheck, never_cancelled, stop_if
from ..layer.codes import WeightCodes, safe_reciprocal, symmetric_range

_GAMMA, _ZETA = -0.1, 1.1
_LAMBDA = 0.01
_WARM_UP = 0.2


def learn_rounding(
    weight: Tensor,
    start: WeightCodes,
    inputs: Tensor,
    target: Tensor,
    iterations: int,
    rate: float = 1e-2,
    cancelled: CancelCheck = never_cancelled,
) -> WeightCodes:
    """Codes whose product with `inputs` is closer to `target` than nearest rounding gives.

    Args:
        weight: (out, in).
        start: nearest-rounded codes; their scales and zero points are kept.
        inputs: (S, in) rounded sample inputs.
        target: (S, out) full-precision outputs.
        iterations: optimisation steps.
        rate: Adam's step size.
        cancelled: asked before every step.

    Raises:
        Cancelled: when asked to stop.
    """
    group = start.group
    scale = start.scale.repeat_interleave(group, 1)
    zero = torch.zeros_like(weight) if start.zero is None else start.zero.repeat_interleave(group, 1)
    shift = zero - start.offset
    lowest, highest = symmetric_range(start.bits, start.offset or float(start.zero is not None))
    position = weight * safe_reciprocal(scale) + shift
    floor = position.floor()
    fraction = ((position - floor).clamp(0.01, 0.99) - _GAMMA) / (_ZETA - _GAMMA)
    norm = target.square().mean().clamp_min(1e-20)
    with torch.enable_grad():
        logit = torch.log(fraction / (1 - fraction)).requires_grad_(True)
        optimiser = torch.optim.Adam([logit], lr=rate)
        for iteration in range(iterations):
            stop_if(cancelled)
            soft = (torch.sigmoid(logit) * (_ZETA - _GAMMA) + _GAMMA).clamp(0, 1)
            values = ((floor + soft).clamp(lowest, highest) - shift) * scale
            loss = (inputs @ values.t() - target).square().mean() / norm
            progress = iteration / max(1, iterations)
            if progress > _WARM_UP:
                sharpness = 20.0 - 18.0 * (progress - _WARM_UP) / (1 - _WARM_UP)
                loss = loss + _LAMBDA * (1 - (2 * soft - 1).abs().pow(sharpness)).mean()
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
    up = (logit.detach() >= 0).float()
    codes = (floor + up).clamp_(lowest, highest).to(torch.int8)
    return WeightCodes(codes, start.scale, start.bits, start.offset, start.zero)
