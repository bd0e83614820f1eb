import cv2
import numpy as np
import pytest

from qdit4sr_core.metrics.regions import Region
from qdit4sr_core.metrics.texture import texture_added, texture_loss_map, texture_lost, worst_texture_loss


@pytest.fixture
def noise() -> np.ndarray:
    plane = np.random.default_rng(5).normal(128, 25, (160, 200)).clip(0, 255).astype(np.uint8)
    return np.repeat(plane[..., None], 3, axis=2)


def test_the_map_is_negative_only_where_the_image_was_blurred(noise: np.ndarray) -> None:
    image = noise.copy()
    image[40:120, 100:180] = cv2.GaussianBlur(noise, (0, 0), 2)[40:120, 100:180]
    loss = texture_loss_map(image, noise)
    assert loss.shape == (160, 200)
    assert loss[80, 140] < -15
    assert abs(loss[80, 30]) < 0.05


def test_equal_and_flat_images_lose_nothing(noise: np.ndarray) -> None:
    flat = np.full_like(noise, 90)
    assert np.all(texture_loss_map(noise, noise) == 0)
    assert np.abs(texture_loss_map(flat, flat)).max() < 1e-6
    assert texture_loss_map(noise, flat).min() > 10


def test_the_worst_squares_are_found_apart_and_in_order() -> None:
    loss = np.zeros((100, 120), np.float32)
    loss[10:30, 20:40] = -8
    loss[60:80, 90:110] = -12
    found = worst_texture_loss(loss, 20, 5)
    assert found[0] == (Region(90, 60, 20, 20), pytest.approx(-12, abs=1e-4))
    assert found[1] == (Region(20, 10, 20, 20), pytest.approx(-8, abs=1e-4))
    assert len(found) == 2


def test_nothing_is_worst_where_nothing_was_lost() -> None:
    assert worst_texture_loss(np.zeros((50, 50), np.float32), 16, 3) == []


def test_loss_and_gain_in_one_picture_do_not_cancel(noise: np.ndarray) -> None:
    image = noise.astype(float)
    image[:, :100] = cv2.GaussianBlur(noise, (0, 0), 1.5)[:, :100]
    image[:, 100:] = 128 + 1.4 * (image[:, 100:] - 128)
    image = image.clip(0, 255).astype(np.uint8)
    change = texture_loss_map(image, noise)
    lost, added = texture_lost(image, noise), texture_added(image, noise)
    assert lost > 4
    assert added > 1
    assert added - lost == pytest.approx(float(change.mean()), abs=1e-3)
    assert (texture_lost(noise, noise), texture_added(noise, noise)) == (0, 0)
