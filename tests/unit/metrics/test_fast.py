import math

import numpy as np
import pytest

from qdit4sr_core.errors import ImageError, RegionError
from qdit4sr_core.metrics.fast import luma, psnr, ssim


def _pair(side: int = 48) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(3)
    smooth = np.linspace(20, 220, side)[None, :, None] + random.normal(0, 12, (side, side, 3))
    reference = smooth.clip(0, 255).astype(np.uint8)
    image = (reference + random.normal(0, 9, reference.shape)).clip(0, 255).astype(np.uint8)
    return image, reference


def test_psnr_of_a_constant_error_is_the_textbook_value() -> None:
    reference = np.full((8, 8, 3), 100, np.uint8)
    image = reference + np.uint8(5)
    assert psnr(image, reference) == pytest.approx(20 * math.log10(255 / 5))
    assert psnr(image, reference, y_only=True) == pytest.approx(20 * math.log10(255 / 5), abs=1e-4)


def test_an_image_against_itself_is_perfect() -> None:
    image, _ = _pair()
    assert psnr(image, image) == math.inf
    assert psnr(image, image, y_only=True) == math.inf
    assert ssim(image, image) == pytest.approx(1.0, abs=1e-6)
    for grey in range(0, 256, 5):
        plane = np.full((16, 16, 3), grey, np.uint8)
        assert ssim(plane, plane) <= 1


def test_ssim_equals_a_direct_evaluation_of_its_formula() -> None:
    image, reference = _pair(24)
    x, y = np.rint(luma(image)).astype(float), np.rint(luma(reference)).astype(float)
    offsets = np.arange(11) - 5
    one = np.exp(-(offsets**2) / (2 * 1.5**2))
    weights = np.outer(one, one) / np.outer(one, one).sum()
    values = []
    for i in range(x.shape[0] - 10):
        for j in range(x.shape[1] - 10):
            a, b = x[i : i + 11, j : j + 11], y[i : i + 11, j : j + 11]
            mean_a, mean_b = (weights * a).sum(), (weights * b).sum()
            var_a, var_b = (weights * (a - mean_a) ** 2).sum(), (weights * (b - mean_b) ** 2).sum()
            cov = (weights * (a - mean_a) * (b - mean_b)).sum()
            c1, c2 = 2.55**2, 7.65**2
            light = (2 * mean_a * mean_b + c1) / (mean_a**2 + mean_b**2 + c1)
            values.append(light * max((2 * cov + c2) / (var_a + var_b + c2), 0))
    assert ssim(image, reference) == pytest.approx(np.mean(values), abs=1e-5)


def test_too_small_or_mismatched_images_are_refused() -> None:
    image, reference = _pair()
    with pytest.raises(RegionError, match="11 px"):
        ssim(image[:10], reference[:10])
    with pytest.raises(ImageError, match="same size"):
        psnr(image[:40], reference)
    with pytest.raises(ImageError, match="8-bit RGB"):
        psnr(image.astype(np.float32), reference)
