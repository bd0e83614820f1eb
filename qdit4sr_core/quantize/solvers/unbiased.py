"""Scales that neither shrink nor swell what a layer passes on.

Least squares rounds towards smaller outputs: at its optimum the error is orthogonal to Q x, so that
E[(q x)(w x)] is less than E[(w x)^2]. One layer gains by that; a model does not, because the losses of all
layers and steps add up where errors without a sign would average out.
"""

from __future__ import annotations

import dataclasses

from torch import Tensor, where

from ..layer.codes import WeightCodes, storable

_LARGEST_GAIN = 1.25


def unbiased(weight: Tensor, moment: Tensor, codes: WeightCodes) -> WeightCodes:
    """The same codes on scales with which E[(q x)(w x)] = E[(w x)^2] for every output channel.

    Args:
        weight: (out, in).
        moment: (in, in) second moment of the input in the same basis.
        codes: the rounded weight.

    Returns:
        Scales of a row are multiplied by one gain, between 1 / 1.25 and 1.25; by 1 where a row has no output.
    """
    seen = weight @ moment
    wanted, found = (seen * weight).sum(1), (seen * codes.dequantize()).sum(1)
    some = (wanted > 0) & (found > 0)
    gain = where(some, wanted / where(some, found, 1.0), 1.0).clamp(1 / _LARGEST_GAIN, _LARGEST_GAIN)
    return dataclasses.replace(codes, scale=storable(codes.scale * gain[:, None]))
