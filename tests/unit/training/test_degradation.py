"""Degrading a crop: size, determinism, and more damage with more severity."""

import cv2
import numpy as np
import pytest

from qdit4sr_core.training.degradation import blur_kernel, camera_pair, degrade, sinc_kernel


def textured(seed: int = 0) -> np.ndarray:
    noise = np.random.default_rng(seed).integers(0, 256, (128, 96, 3), dtype=np.uint8)
    return cv2.GaussianBlur(noise, (0, 0), 1.5)


@pytest.mark.parametrize("severity", [0.0, 0.3, 1.0])
def test_a_quarter_of_the_size_and_repeatable(severity: float) -> None:
    first, again, other = (degrade(textured(), np.random.default_rng(s), severity) for s in (3, 3, 4))
    assert first.shape == (32, 24, 3)
    assert first.dtype == np.uint8
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_a_camera_photo_is_softer_than_an_area_average() -> None:
    image = textured()
    plain = cv2.resize(image, (24, 32), interpolation=cv2.INTER_AREA).astype(float)
    photos = [camera_pair(image, np.random.default_rng(seed))[1] for seed in range(20)]
    assert photos[0].shape == (32, 24, 3)
    assert np.array_equal(photos[0], camera_pair(image, np.random.default_rng(0))[1])
    assert np.median([p.astype(float).std() for p in photos]) < 0.8 * plain.std()


def test_a_camera_is_as_soft_with_both_lenses() -> None:
    edge = np.zeros((128, 128, 3), np.uint8)
    edge[:, 64:] = 200

    def steepest(photo: np.ndarray) -> int:
        return int(np.diff(photo[..., 0].astype(int), axis=1).max())

    both = [[steepest(x) for x in camera_pair(edge, np.random.default_rng(seed))] for seed in range(40)]
    assert np.corrcoef(np.array(both).T)[0, 1] > 0.4


def test_severity_means_distance_from_plain_reduction() -> None:
    image = textured()
    plain = cv2.resize(image, (24, 32), interpolation=cv2.INTER_AREA).astype(float)

    def distance(severity: float) -> float:
        results = [degrade(image, np.random.default_rng(s), severity) for s in range(20)]
        return float(np.mean([np.abs(r - plain).mean() for r in results]))

    assert distance(0.05) < distance(0.5) < distance(1.0)


def test_kernels_sum_to_one() -> None:
    rng = np.random.default_rng(0)
    for _ in range(30):
        assert blur_kernel(rng, 0.2, 3.0).sum() == pytest.approx(1, abs=1e-5)
        assert sinc_kernel(rng).sum() == pytest.approx(1, abs=1e-5)
