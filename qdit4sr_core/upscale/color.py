"""Colour fixes: diffusion results drift in colour; these bring the LR photo's colours back.

Both take (1, 3, H, W) in [0, 1]; `reference` is the bicubically upscaled LR photo of the same size.
Sources: AdaIN (Huang and Belongie 2017) on RGB; the wavelet fix of StableSR (2023), five a-trous blurs.
"""

from __future__ import annotations

import torch.nn.functional as F
from torch import Tensor

from .settings import ColorFix

LEVELS = 5


def adain(image: Tensor, reference: Tensor) -> Tensor:
    """Give each channel of `image` the mean and standard deviation of `reference`."""

    def statistics(x: Tensor) -> tuple[Tensor, Tensor]:
        values = x.flatten(2).double()
        correction = 1 if values.shape[-1] > 1 else 0
        deviation = (values.var(dim=-1, correction=correction) + 1e-5).sqrt()
        return values.mean(dim=-1)[..., None, None], deviation[..., None, None]

    mean, deviation = statistics(image)
    target_mean, target_deviation = statistics(reference)
    return ((image.double() - mean) / deviation * target_deviation + target_mean).to(image.dtype)


def low_frequencies(image: Tensor, levels: int = LEVELS) -> Tensor:
    """What is left after `levels` a-trous blurs with [1 2 1]/4 on both axes, spacing 1, 2, 4, ..."""
    for level in range(levels):
        image = _blur(_blur(image, -1, 2**level), -2, 2**level)
    return image


def _blur(image: Tensor, axis: int, gap: int) -> Tensor:
    """[1 2 1]/4 along one axis with `gap` between its taps, edges repeated."""
    size = image.shape[axis]
    edges = (gap, gap, 0, 0) if axis == -1 else (0, 0, gap, gap)
    padded = F.pad(image, edges, mode="replicate")
    ends = padded.narrow(axis, 0, size) + padded.narrow(axis, 2 * gap, size)
    return ends.mul_(0.25).add_(image, alpha=0.5)


def wavelet(image: Tensor, reference: Tensor) -> Tensor:
    """The fine detail of `image` on the coarse colours of `reference`."""
    return image + low_frequencies(reference - image)  # the blur is linear


def fix_color(image: Tensor, reference: Tensor, kind: ColorFix) -> Tensor:
    """Apply the named fix; "none" returns the image as it is."""
    if kind == "adain":
        return adain(image, reference)
    if kind == "wavelet":
        return wavelet(image, reference)
    return image
