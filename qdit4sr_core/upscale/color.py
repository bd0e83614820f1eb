"""Colour fixes: diffusion results drift in colour; these bring the LR photo's colours back.

Both take (1, 3, H, W) in [0, 1]; `reference` is the bicubically upscaled LR photo of the same size.
Sources: AdaIN (Huang and Belongie 2017) on RGB; the wavelet fix of StableSR (2023), five a-trous blurs.
"""

from __future__ import annotations

import torch
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
    channels = image.shape[1]
    kernel = torch.tensor([0.25, 0.5, 0.25], dtype=image.dtype, device=image.device)
    across = kernel.view(1, 1, 1, 3).repeat(channels, 1, 1, 1)
    down = kernel.view(1, 1, 3, 1).repeat(channels, 1, 1, 1)
    for level in range(levels):
        gap = 2**level
        padded = F.pad(image, (gap, gap, gap, gap), mode="replicate")
        rows = F.conv2d(padded, across, dilation=gap, groups=channels)
        image = F.conv2d(rows, down, dilation=gap, groups=channels)
    return image


def wavelet(image: Tensor, reference: Tensor) -> Tensor:
    """The fine detail of `image` on the coarse colours of `reference`."""
    return image - low_frequencies(image) + low_frequencies(reference)


def fix_color(image: Tensor, reference: Tensor, kind: ColorFix) -> Tensor:
    """Apply the named fix; "none" returns the image as it is."""
    if kind == "adain":
        return adain(image, reference)
    if kind == "wavelet":
        return wavelet(image, reference)
    return image
