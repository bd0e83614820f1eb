"""Moving the difficulty of outlier channels from activations into weights, by a factor a channel."""

from __future__ import annotations

import torch
from torch import Tensor

from ..layer.codes import storable

_LIMIT = 1e4


def smoothing_factors(
    input_span: Tensor, weight_span: Tensor, alpha: float, beta: float | None = None
) -> Tensor:
    """s = input^alpha / weight^beta, by which inputs are divided and weight columns multiplied.

    Args:
        input_span: (K,) magnitude of each input channel.
        weight_span: (K,) magnitude of each weight column.
        alpha: share of the input's span that moves into the weights.
        beta: exponent of the weight span; None is 1 - alpha.

    Returns:
        (K,) positive, at stored precision, with a geometric mean of 1 (only ratios matter). Channels whose
        input or weight is zero get 1.
    """
    beta = 1.0 - alpha if beta is None else beta
    usable = (input_span > 0) & (weight_span > 0)
    if not bool(usable.any()):
        return torch.ones_like(input_span)
    log = alpha * input_span.clamp_min(1e-30).log() - beta * weight_span.clamp_min(1e-30).log()
    log = log - log[usable].mean()
    factors = torch.where(usable, log.exp().clamp(1.0 / _LIMIT, _LIMIT), torch.ones_like(log))
    return storable(factors)
