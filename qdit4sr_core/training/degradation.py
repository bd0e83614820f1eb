"""How LR photos come about: a camera's softness, or two passes of damage in the manner of Real-ESRGAN.

The two passes have one knob for their strength. At `severity` 1 the ranges are those that DiT4SR's training
data was made with (SeeSR settings); smaller values shrink every range towards "do nothing".
"""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.float32]
"""(H, W, 3), 0..255."""

_RESIZERS = (cv2.INTER_AREA, cv2.INTER_LINEAR, cv2.INTER_CUBIC)


def blur_kernel(rng: np.random.Generator, low: float, high: float) -> NDArray[np.float32]:
    """A random normalised kernel: Gaussian, generalised Gaussian or plateau, isotropic or not."""
    size = 2 * int(rng.integers(3, 11)) + 1
    sigma_x = rng.uniform(low, high)
    isotropic = rng.random() < 0.6
    sigma_y = sigma_x if isotropic else rng.uniform(low, high)
    angle = 0.0 if isotropic else rng.uniform(-math.pi, math.pi)
    axis = np.arange(size) - size // 2
    xx, yy = np.meshgrid(axis, axis)
    along = (xx * math.cos(angle) + yy * math.sin(angle)) / sigma_x
    across = (-xx * math.sin(angle) + yy * math.cos(angle)) / sigma_y
    squared = along**2 + across**2
    kind = rng.random()
    if kind < 0.7:
        kernel = np.exp(-0.5 * squared)
    elif kind < 0.85:
        kernel = np.exp(-0.5 * squared ** rng.uniform(0.5, 4.0))
    else:
        kernel = 1.0 / (1.0 + squared ** rng.uniform(1.0, 2.0))
    return (kernel / kernel.sum()).astype(np.float32)


def sinc_kernel(rng: np.random.Generator, size: int = 13) -> NDArray[np.float32]:
    """A circular low-pass filter whose ringing imitates over-sharpened photos."""
    from scipy.special import j1

    cutoff = rng.uniform(math.pi / 3, math.pi)
    axis = np.arange(size) - size // 2
    radius = np.hypot(*np.meshgrid(axis, axis))
    radius[size // 2, size // 2] = 1.0
    kernel = cutoff * j1(cutoff * radius) / (2 * math.pi * radius)
    kernel[size // 2, size // 2] = cutoff**2 / (4 * math.pi)
    return (kernel / kernel.sum()).astype(np.float32)


def _filter(image: Image, kernel: NDArray[np.float32]) -> Image:
    return cv2.filter2D(image, -1, kernel, borderType=cv2.BORDER_REFLECT_101)


def _noise(image: Image, rng: np.random.Generator, sigma: float, poisson: float) -> Image:
    grey = rng.random() < 0.4
    shape = (*image.shape[:2], 1) if grey else image.shape
    if rng.random() < 0.5:
        noise = rng.standard_normal(shape, dtype=np.float32) * sigma
    else:  # shot noise: variance proportional to brightness
        level = image.mean(axis=2, keepdims=True) if grey else image
        noise = rng.standard_normal(shape, dtype=np.float32) * np.sqrt(np.maximum(level, 0)) * poisson
    return np.clip(image + noise, 0, 255)


def _jpeg(image: Image, quality: int) -> Image:
    packed = cv2.imencode(".jpg", rounded(image), [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    unpacked: NDArray[np.uint8] = cv2.imdecode(packed, cv2.IMREAD_COLOR)  # type: ignore[assignment]
    return unpacked.astype(np.float32)


def _resize(image: Image, size: tuple[int, int], rng: np.random.Generator) -> Image:
    return cv2.resize(image, size, interpolation=int(rng.choice(_RESIZERS)))


def camera_pair(
    image: NDArray[np.uint8], rng: np.random.Generator, scale: int = 4
) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """One scene as the same camera sees it through a long and through a `scale` times shorter lens.

    Lens and sensor blur both photos alike when counted in their own pixels: the LR photo by 0.2 to 1.1 of its
    pixels, the HR photo by half of that up to all of it. So softness can be read off the LR photo, which also
    has faint noise, now and then the camera's own sharpening and mild JPEG compression.

    Args:
        image: the scene (H, W, 3) RGB, H and W multiples of `scale`.
        rng: the only source of chance.
        scale: ratio of the two focal lengths.

    Returns:
        HR (H, W, 3) and LR (H/scale, W/scale, 3), 8 bits.
    """
    height, width = image.shape[:2]
    small = (width // scale, height // scale)
    along = rng.uniform(0.2, 1.1)
    across = along if rng.random() < 0.7 else rng.uniform(0.2, 1.1)
    scene: Image = image.astype(np.float32)
    share = rng.uniform(0.5, 1.0)
    hr = _lens(scene, share * along, share * across)
    x = _lens(scene, scale * along, scale * across)
    # Blurred this much, neighbours may be taken as samples; the sharpest ones need an area average.
    kind = cv2.INTER_AREA if min(along, across) < 0.5 or rng.random() < 0.5 else cv2.INTER_LINEAR
    x = cv2.resize(x, small, interpolation=kind)
    if rng.random() < 0.35:
        soft = cv2.GaussianBlur(x, (0, 0), rng.uniform(0.6, 1.4))
        x = x + rng.uniform(0.1, 0.8) * (x - soft)
    if rng.random() < 0.7:
        x = _noise(x, rng, rng.exponential(1.0), rng.exponential(0.08))
    x = np.clip(x, 0, 255)
    if rng.random() < 0.3:
        x = _jpeg(x, int(rng.integers(80, 98)))
    return rounded(hr), rounded(x)


def _lens(image: Image, along: float, across: float) -> Image:
    return cv2.GaussianBlur(image, (0, 0), along, sigmaY=across, borderType=cv2.BORDER_REFLECT_101)


def rounded(image: Image) -> NDArray[np.uint8]:
    """To 8 bits, clipped."""
    return np.clip(np.rint(image), 0, 255).astype(np.uint8)


def degrade(
    image: NDArray[np.uint8], rng: np.random.Generator, severity: float, scale: int = 4
) -> NDArray[np.uint8]:
    """Make the LR photo of an HR crop.

    Args:
        image: (H, W, 3) RGB, H and W multiples of `scale`.
        rng: the only source of chance: equal generators give equal results.
        severity: 0 (little more than downscaling) to 1 (the full published range).
        scale: the reduction.

    Returns:
        (H/scale, W/scale, 3) RGB, 8 bits.
    """
    s = severity
    height, width = image.shape[:2]
    x: Image = image.astype(np.float32)
    if rng.random() < 0.5 + 0.5 * s:
        x = _filter(x, blur_kernel(rng, 0.2, 1.2 + 1.8 * s))
    if rng.random() < s:
        factor = math.exp(rng.uniform(math.log(0.3), math.log(1.3)) * s)
        x = _resize(x, (max(8, round(width * factor)), max(8, round(height * factor))), rng)
    if rng.random() < 0.3 + 0.7 * s:
        x = _noise(x, rng, rng.uniform(0.5, 2 + 22 * s), rng.uniform(0.02, 0.2 + 1.4 * s))
    if rng.random() < s:
        x = _jpeg(x, int(rng.integers(round(95 - 60 * s), 96)))
    if rng.random() < 0.8 * s:
        x = _filter(x, blur_kernel(rng, 0.2, 0.4 + 1.1 * s))
    small = (width // scale, height // scale)
    if rng.random() < 0.5:
        x = _finish_resize(x, small, rng, s)
        x = _finish_jpeg(x, rng, s)
    else:
        x = _finish_jpeg(x, rng, s)
        x = _finish_resize(x, small, rng, s)
    return rounded(x)


def _finish_resize(x: Image, size: tuple[int, int], rng: np.random.Generator, s: float) -> Image:
    if rng.random() < 0.6 * s:
        x = _filter(x, sinc_kernel(rng))
    x = cv2.resize(x, size, interpolation=cv2.INTER_AREA if rng.random() < 0.85 else cv2.INTER_CUBIC)
    if rng.random() < 0.3 + 0.5 * s:
        x = _noise(x, rng, rng.uniform(0.3, 1.5 + 14 * s), rng.uniform(0.02, 0.15 + s))
    return x


def _finish_jpeg(x: Image, rng: np.random.Generator, s: float) -> Image:
    if rng.random() < 0.3 + 0.6 * s:
        x = _jpeg(x, int(rng.integers(round(92 - 55 * s), 98)))
    return x
