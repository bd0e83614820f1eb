"""Losses on images in [-1, 1], all means over pixels."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor


def spectrum_l1(image: Tensor, target: Tensor) -> Tensor:
    """L1 between the 2-D Fourier coefficients, orthonormal: pays detail that pixel losses blur away."""
    with torch.autocast(image.device.type, enabled=False):
        difference = torch.fft.rfft2(image.float() - target.float(), norm="ortho")
        return torch.view_as_real(difference).abs().mean()


def psnr(image: Tensor, target: Tensor) -> float:
    """Mean over the batch of PSNR in dB of clipped images (N, 3, H, W) in [-1, 1]."""
    error = F.mse_loss(image.float().clamp(-1, 1), target.float(), reduction="none").flatten(1).mean(1)
    return float((-10 * (error / 4).clamp_min(1e-10).log10()).mean())
