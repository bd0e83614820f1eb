"""How much fine texture an image holds: energy above half of Nyquist, and the radial power spectrum.

Two measures, both on luma in grey levels of 255 and both isotropic (the frequency is the radius in the
two-dimensional spectrum, in cycles per pixel; Nyquist is 0.5):

- high-frequency energy: the mean square of the image after a fixed 31x31 high-pass filter whose half-gain
  radius is 0.25 cycles per pixel. A filter in the image plane, not a Fourier transform of the crop, so that
  every pixel counts the same, no window hides the corners of a region, and the value for a region is the sum
  of the values of its pixels: whole image, region, map and dragging agree. The mean is removed by the filter.
- radially averaged power spectrum: of the mean-free image under a Hann window, divided by the window's
  energy, so that white noise of variance v has the level v at every frequency.

Eight-bit images cannot show differences far below one grey level, so ratios carry a floor of 1 grey level
squared: regions that are flat in both images count as equal instead of comparing rounding noise.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

import numpy as np

from .fast import check_pair, luma
from .reasons import Reason, UnmeasurableRegionError

CUTOFF = 0.25
"""Half of Nyquist, in cycles per pixel."""

Energy = TypeVar("Energy", float, np.ndarray)
VISIBLE = 1.0
"""Energy of the faintest texture that counts, in squared grey levels."""

MINIMUM_SIDE = 32
"""Smallest side in pixels of an image whose texture is measured."""

_RADIUS = 15


@lru_cache(maxsize=1)
def low_pass_kernel() -> np.ndarray:
    """The low-pass partner of the high-pass filter: (31, 31) float32 that sums to one.

    The impulse response of an ideal circular low-pass, fc J1(2 pi fc r) / r, under a radial Hann window.
    """
    from scipy.special import j1

    offsets = np.arange(-_RADIUS, _RADIUS + 1)
    radius = np.hypot(offsets[:, None], offsets[None, :])
    safe = np.where(radius == 0, 1, radius)
    ideal = np.where(radius == 0, math.pi * CUTOFF**2, CUTOFF * j1(2 * math.pi * CUTOFF * safe) / safe)
    window = np.where(radius <= _RADIUS, 0.5 + 0.5 * np.cos(math.pi * radius / (_RADIUS + 1)), 0)
    kernel = ideal * window
    return (kernel / kernel.sum()).astype(np.float32)


def high_pass(plane: np.ndarray) -> np.ndarray:
    """What lies above half of Nyquist in a plane (H, W): float32 of the same size, edges mirrored.

    Raises `RegionError` below 32x32 pixels.
    """
    import cv2

    if min(plane.shape) < MINIMUM_SIDE:
        raise UnmeasurableRegionError(Reason.REGION_TOO_SMALL, MINIMUM_SIDE)
    plane = np.ascontiguousarray(plane, dtype=np.float32)
    return plane - cv2.filter2D(plane, cv2.CV_32F, low_pass_kernel(), borderType=cv2.BORDER_REFLECT_101)


def high_frequency_energy(pixels: np.ndarray) -> float:
    """Mean square, in grey levels squared, of the luma of uint8 (H, W, 3) above half of Nyquist."""
    return float(np.mean(np.square(high_pass(luma(pixels))), dtype=np.float64))


def energy_ratio(energy: float, reference_energy: float) -> float:
    """High-frequency energy over the reference's: 1 = the same texture, below 1 = texture was lost.

    Raises `RegionError` where the reference has no texture that could be lost.
    """
    if reference_energy < VISIBLE:
        raise UnmeasurableRegionError(Reason.FLAT_REFERENCE)
    return energy / reference_energy


def energy_change(energy: Energy, reference_energy: Energy) -> Energy:
    """A high-frequency energy over the reference's in dB, numbers or planes; 0 where both are invisible."""
    return 10 * np.log10((energy + VISIBLE) / (reference_energy + VISIBLE))


def energy_error(energy: float, reference_energy: float) -> float:
    """Distance in dB between two high-frequency energies, |10 log10 ratio|: the same for loss and gain."""
    return float(abs(energy_change(energy, reference_energy)))


@dataclass(frozen=True, eq=False)
class RadialSpectrum:
    """`power[i]` in squared grey levels at radius `frequency[i]` in cycles per pixel, from above 0 to 0.5."""

    frequency: np.ndarray
    power: np.ndarray

    @property
    def decibels(self) -> np.ndarray:
        """10 log10 of the power, floored at one squared grey level."""
        return 10 * np.log10(self.power + VISIBLE)


@lru_cache(maxsize=8)
def _rings(height: int, width: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Ring number of every half-spectrum element, its weight, and the rings' weights in all."""
    bins = min(height, width)
    fy, fx = np.fft.fftfreq(height), np.fft.rfftfreq(width)
    ring = np.rint(np.hypot(fy[:, None], fx[None, :]) * bins).astype(np.int32)
    # Every column of the half spectrum but the first (and the last of an even width) stands for two.
    twice = np.full(fx.shape, 2.0)
    twice[0] = 1
    if width % 2 == 0:
        twice[-1] = 1
    weight = np.broadcast_to(twice, ring.shape).ravel()
    return ring.ravel(), weight, np.bincount(ring.ravel(), weight)


def radial_spectrum(pixels: np.ndarray) -> RadialSpectrum:
    """Radially averaged power spectrum of the luma of uint8 (H, W, 3), under a Hann window.

    One value a ring of width 1 / min(H, W) cycles per pixel, the mean left out, up to Nyquist.
    Raises `RegionError` below 32x32 pixels.
    """
    from scipy import fft

    height, width = pixels.shape[:2]
    if min(height, width) < MINIMUM_SIDE:
        raise UnmeasurableRegionError(Reason.REGION_TOO_SMALL, MINIMUM_SIDE)
    plane = luma(pixels)
    window = np.outer(np.hanning(height + 2)[1:-1], np.hanning(width + 2)[1:-1]).astype(np.float32)
    plane = (plane - np.average(plane, weights=window)) * window
    power = np.abs(fft.rfft2(plane)) ** 2 / np.sum(np.square(window), dtype=np.float64)
    ring, weight, total = _rings(height, width)
    mean = np.bincount(ring, power.ravel() * weight) / np.maximum(total, 1)
    bins = min(height, width)
    last = bins // 2
    return RadialSpectrum(np.arange(1, last + 1) / bins, mean[1 : last + 1])


def spectrum_distance(image: np.ndarray, reference: np.ndarray) -> float:
    """Root mean square difference in dB of the radial spectra of two uint8 images (H, W, 3); 0 = equal."""
    check_pair(image, reference)
    difference = radial_spectrum(image).decibels - radial_spectrum(reference).decibels
    return float(np.sqrt(np.mean(np.square(difference))))


def hf_ratio(image: np.ndarray, reference: np.ndarray) -> float:
    """Energy above half of Nyquist over the reference's, of two uint8 (H, W, 3). Raises `RegionError`."""
    return energy_ratio(high_frequency_energy(image), high_frequency_energy(reference))


def hf_error(image: np.ndarray, reference: np.ndarray) -> float:
    """|10 log10| of that ratio, in dB: texture lost or added. Raises `RegionError`."""
    return energy_error(high_frequency_energy(image), high_frequency_energy(reference))
