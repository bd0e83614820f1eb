"""Losses on images in [-1, 1], all means over pixels."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from ..colours import LUMA


def spectrum_l1(image: Tensor, target: Tensor) -> Tensor:
    """L1 between the 2-D Fourier coefficients, orthonormal: pays detail that pixel losses blur away."""
    with torch.autocast(image.device.type, enabled=False):
        difference = torch.fft.rfft2(image.float() - target.float(), norm="ortho")
        return torch.view_as_real(difference).abs().mean()


def texture_energy_l1(image: Tensor, target: Tensor, window: int = 16) -> Tensor:
    """L1 between the log energies of local fine detail: as much texture as in the target, wherever it lies.

    Horizontal, vertical and diagonal Haar coefficients of luma and of two colour differences, at full and at
    half resolution, each in half-overlapping windows of its own: neither a checkerboard nor coloured grain
    can stand for texture of another kind. The floor is the energy of one grey level of 255, below which
    nothing is visible.
    """
    total = image.new_zeros((), dtype=torch.float32)
    with torch.autocast(image.device.type, enabled=False):
        a, b = _opponent(image.float()), _opponent(target.float())
        for _ in range(2):
            (detail_a, a), (detail_b, b) = _haar(a), _haar(b)
            energy_a, energy_b = (
                F.avg_pool2d(x.pow(2), window // 2, window // 4).add(6e-5).log() for x in (detail_a, detail_b)
            )
            total = total + (energy_a - energy_b).abs().mean()
    return total / 2


def _opponent(image: Tensor) -> Tensor:
    """Luma and two colour differences (N, 3, H, W)."""
    red, green, blue = image.unbind(1)
    luma = LUMA[0] * red + LUMA[1] * green + LUMA[2] * blue
    return torch.stack([luma, blue - luma, red - luma], dim=1)


def _haar(image: Tensor) -> tuple[Tensor, Tensor]:
    """(detail (N, 9, H/2, W/2) in three directions, the means at half resolution)."""
    cells = F.pixel_unshuffle(image, 2).unflatten(1, (-1, 4))
    a, b, c, d = cells.unbind(2)
    detail = torch.cat([a + b - c - d, a - b + c - d, a - b - c + d], dim=1) / 2
    return detail, cells.mean(2)


def psnr(image: Tensor, target: Tensor) -> float:
    """Mean over the batch of PSNR in dB of clipped images (N, 3, H, W) in [-1, 1]."""
    error = F.mse_loss(image.float().clamp(-1, 1), target.float(), reduction="none").flatten(1).mean(1)
    return float((-10 * (error / 4).clamp_min(1e-10).log10()).mean())
