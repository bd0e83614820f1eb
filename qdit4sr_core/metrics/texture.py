"""Where texture was lost: the local high-frequency energy against the reference's."""

from __future__ import annotations

import numpy as np

from .fast import check_pair, luma
from .regions import Region
from .spectrum import energy_change, high_pass


def local_energy(high: np.ndarray, sigma: float = 8.0) -> np.ndarray:
    """Gaussian-weighted mean square around every pixel of a high-passed plane (H, W), grey levels squared."""
    import cv2

    return cv2.GaussianBlur(np.square(high), (0, 0), sigma, borderType=cv2.BORDER_REFLECT_101)


def texture_loss_map(image: np.ndarray, reference: np.ndarray, sigma: float = 8.0) -> np.ndarray:
    """Local ratio of high-frequency energy to the reference in dB: float32 (H, W).

    Negative where texture was lost, positive where noise or false detail came in, 0 where both are equal or
    flat. `sigma` is the radius in pixels over which energy is averaged. Both images uint8 (H, W, 3).
    Raises `ImageError` for a pair that does not fit and `RegionError` below 32x32 pixels.
    """
    check_pair(image, reference)
    energy = local_energy(high_pass(luma(image)), sigma)
    reference_energy = local_energy(high_pass(luma(reference)), sigma)
    return energy_change(energy, reference_energy)


def texture_lost(image: np.ndarray, reference: np.ndarray) -> float:
    """Mean over the pixels of the dB by which local texture energy fell; where it rose, a pixel counts 0.

    Lost and added stand apart because a method that adds grain in one place and loses texture in another
    must not look better than one that does neither. Same arguments and errors as `texture_loss_map`.
    """
    return float(np.maximum(-texture_loss_map(image, reference), 0).mean(dtype=np.float64))


def texture_added(image: np.ndarray, reference: np.ndarray) -> float:
    """Mean over the pixels of the dB by which local texture energy rose: noise, or false detail."""
    return float(np.maximum(texture_loss_map(image, reference), 0).mean(dtype=np.float64))


def worst_texture_loss(loss: np.ndarray, side: int, count: int = 1) -> list[tuple[Region, float]]:
    """The `count` squares of `side` pixels with the lowest mean of a texture-loss map (H, W), worst first.

    Squares do not overlap and their mean loss in dB comes with them; squares that lost nothing are left out,
    so fewer than `count` may come back. `side` is cut to the map's smaller side.
    """
    import cv2

    side = min(side, *loss.shape)
    means = cv2.boxFilter(loss, cv2.CV_32F, (side, side), anchor=(0, 0), borderType=cv2.BORDER_REFLECT_101)
    means = means[: loss.shape[0] - side + 1, : loss.shape[1] - side + 1].copy()
    found: list[tuple[Region, float]] = []
    while len(found) < count:
        y, x = (int(v) for v in np.unravel_index(np.argmin(means), means.shape))
        value = float(means[y, x])
        if not value < 0:
            break
        found.append((Region(x, y, side, side), value))
        means[max(0, y - side + 1) : y + side, max(0, x - side + 1) : x + side] = np.inf
    return found
