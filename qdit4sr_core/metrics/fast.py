"""PSNR and SSIM in milliseconds, equal to pyiqa's to 1e-3.

Conventions (pyiqa's defaults): PSNR over all three RGB channels or over luma, data range 255. SSIM on the
luma Y = 0.299 R + 0.587 G + 0.114 B rounded to whole grey levels, or on each RGB channel and averaged;
Gaussian window 11x11 with sigma 1.5, only windows that lie wholly inside the image ("valid"), K1 = 0.01,
K2 = 0.03, no downsampling, the contrast-structure term clipped at zero.
Source: Z. Wang et al., "Image quality assessment: from error visibility to structural similarity", 2004.
"""

from __future__ import annotations

import math

import numpy as np

from ..colours import LUMA
from ..errors import ImageError
from .reasons import Reason, UnmeasurableRegionError

SSIM_WINDOW = 11
"""Side of the SSIM window in pixels; smaller images have no SSIM."""

_SIGMA = 1.5
_C1 = (0.01 * 255) ** 2
_C2 = (0.03 * 255) ** 2


def check_pair(image: np.ndarray, reference: np.ndarray) -> None:
    """Raise `ImageError` unless both are uint8 (H, W, 3) of the same size."""
    for pixels, what in ((image, "image"), (reference, "reference")):
        if pixels.dtype != np.uint8 or pixels.ndim != 3 or pixels.shape[2] != 3:
            raise ImageError(
                f"The {what} must be 8-bit RGB (H, W, 3), but it is {pixels.dtype} {pixels.shape}."
            )
    if image.shape != reference.shape:
        raise ImageError(
            f"The image has {image.shape[1]}x{image.shape[0]} pixels and its reference "
            f"{reference.shape[1]}x{reference.shape[0]}; they must have the same size."
        )


def luma(pixels: np.ndarray) -> np.ndarray:
    """Luma of uint8 RGB (H, W, 3): float32 (H, W), 0..255, not rounded."""
    weights = np.array(LUMA, dtype=np.float32)
    return pixels.astype(np.float32) @ weights


def decibels(mean_squared_error: float) -> float:
    """PSNR in dB of a mean squared error in squared grey levels of 255; infinite for zero."""
    return math.inf if mean_squared_error <= 0 else 10 * math.log10(255.0**2 / mean_squared_error)


def psnr(image: np.ndarray, reference: np.ndarray, *, y_only: bool = False) -> float:
    """Peak signal-to-noise ratio in dB of two uint8 images (H, W, 3); infinite for equal images.

    Over the three RGB channels together, or over luma with `y_only`. Raises `ImageError`.
    """
    check_pair(image, reference)
    if y_only:
        difference = luma(image) - luma(reference)
        return decibels(float(np.mean(np.square(difference, dtype=np.float64))))
    squared = np.square(image.astype(np.int32) - reference)
    return decibels(float(squared.mean(dtype=np.float64)))


def ssim_map(image: np.ndarray, reference: np.ndarray) -> np.ndarray:
    """SSIM of every window of two planes (H, W) in 0..255: float32 (H - 10, W - 10).

    Element (i, j) belongs to the window whose upper left pixel is (i, j). Raises `RegionError` below 11x11.
    """
    import cv2

    if min(image.shape) < SSIM_WINDOW:
        raise UnmeasurableRegionError(Reason.REGION_TOO_SMALL, SSIM_WINDOW)
    half = SSIM_WINDOW // 2
    window = cv2.getGaussianKernel(SSIM_WINDOW, _SIGMA, cv2.CV_32F)

    def blur(plane: np.ndarray) -> np.ndarray:
        return cv2.sepFilter2D(plane, cv2.CV_32F, window, window)[half:-half, half:-half]

    # Centring on mid-grey keeps E[x^2] - E[x]^2 accurate in single precision.
    x, y = image.astype(np.float32) - 128, reference.astype(np.float32) - 128
    mean_x, mean_y = blur(x), blur(y)
    variances = blur(x * x + y * y) - mean_x**2 - mean_y**2
    covariance = blur(x * y) - mean_x * mean_y
    structure = np.maximum((2 * covariance + _C2) / (variances + _C2), 0)
    mean_x, mean_y = mean_x + 128, mean_y + 128
    similarity = structure * (2 * mean_x * mean_y + _C1) / (mean_x**2 + mean_y**2 + _C1)
    return np.minimum(similarity, 1)  # rounding in single precision goes a little beyond


def ssim(image: np.ndarray, reference: np.ndarray, *, y_only: bool = True) -> float:
    """Structural similarity (1 = equal) of two uint8 images (H, W, 3).

    On rounded luma (the default), or the mean over the RGB channels. Raises `ImageError`, and `RegionError`
    for images under 11x11 pixels.
    """
    check_pair(image, reference)
    if y_only:
        return float(ssim_map(np.rint(luma(image)), np.rint(luma(reference))).mean(dtype=np.float64))
    maps = [ssim_map(image[..., c], reference[..., c]) for c in range(3)]
    return float(np.mean([plane.mean(dtype=np.float64) for plane in maps]))
