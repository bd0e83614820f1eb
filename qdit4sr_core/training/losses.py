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


def texture_energy_l1(image: Tensor, target: Tensor, window: int = 16) -> Tensor:
    """L1 between the log energies of local fine detail: as much texture as in the target, wherever it lies.

    Two bands: what a 2x2 mean takes away at full and at half resolution, in half-overlapping windows. The
    floor is the energy of one grey level of 255, below which nothing is visible.
    """
    total = image.new_zeros((), dtype=torch.float32)
    with torch.autocast(image.device.type, enabled=False):
        a, b = image.float(), target.float()
        for _ in range(2):
            (detail_a, a), (detail_b, b) = _split(a), _split(b)
            energy_a, energy_b = (
                F.avg_pool2d(x.pow(2).mean(1, keepdim=True), window, window // 2)
                for x in (detail_a, detail_b)
            )
            total = total + (energy_a.add(6e-5).log() - energy_b.add(6e-5).log()).abs().mean()
    return total / 2


def _split(image: Tensor) -> tuple[Tensor, Tensor]:
    """(what a 2x2 mean takes away, the means at half resolution)."""
    low = F.avg_pool2d(image, 2)
    return image - F.interpolate(low, scale_factor=2.0, mode="nearest"), low


def psnr(image: Tensor, target: Tensor) -> float:
    """Mean over the batch of PSNR in dB of clipped images (N, 3, H, W) in [-1, 1]."""
    error = F.mse_loss(image.float().clamp(-1, 1), target.float(), reduction="none").flatten(1).mean(1)
    return float((-10 * (error / 4).clamp_min(1e-10).log10()).mean())
