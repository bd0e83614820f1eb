"""A small scene with a sharp reference, damaged variants and a low-resolution input."""

import numpy as np
import pytest

from qdit4sr_core.figures import Panel


def photo(height: int = 96, width: int = 128) -> np.ndarray:
    rng = np.random.default_rng(7)
    rows, columns = np.mgrid[0:height, 0:width]
    base = 127 + 80 * np.sin(columns / 9.0) * np.cos(rows / 7.0)
    return np.clip(base[..., None] + rng.normal(0, 12, (height, width, 3)), 0, 255).astype(np.uint8)


@pytest.fixture
def panels() -> list[Panel]:
    sharp = photo()
    rng = np.random.default_rng(1)

    def damaged(spread: float) -> np.ndarray:
        return np.clip(sharp + rng.normal(0, spread, sharp.shape), 0, 255).astype(np.uint8)

    return [
        Panel("LR", sharp[::4, ::4].copy(), role="input"),
        Panel("Full precision", sharp, role="reference"),
        Panel("RTN W4A4", damaged(30), {"psnr": 18.9, "stlpips": 0.41}),
        Panel("SVDQuant W4A4", damaged(15), {"psnr": 24.5, "stlpips": 0.21}),
        Panel("Q-DiT4SR W4A4", damaged(5), {"psnr": 30.25, "stlpips": 0.05}),
    ]
