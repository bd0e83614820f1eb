"""Pyramids: area averages, levels, colours."""

import numpy as np
import pytest

from qdit4sr_gui.state.pyramid import build_pyramid


def image(height: int = 96, width: int = 130) -> np.ndarray:
    return np.random.default_rng(3).integers(0, 256, (height, width, 3), dtype=np.uint8)


def test_levels_are_area_averages() -> None:
    pixels = image(128, 128)
    pyramid = build_pyramid(pixels)
    blocks = pixels.reshape(64, 2, 64, 2, 3).mean(axis=(1, 3))
    assert np.abs(pyramid.levels[1][..., 2::-1] - blocks).max() <= 0.5 + 1e-6


def test_fine_checks_average_to_grey_instead_of_aliasing() -> None:
    board = np.indices((256, 256)).sum(axis=0) % 2 * 255
    pyramid = build_pyramid(np.repeat(board[..., None], 3, axis=2).astype(np.uint8))
    for level in pyramid.levels[1:]:
        assert np.ptp(level[..., :3].astype(int)) <= 2


@pytest.mark.parametrize("compact", [False, True])
def test_pixel_reads_red_green_blue(compact: bool) -> None:
    pixels = image()
    pyramid = build_pyramid(pixels, compact)
    assert pyramid.pixel(5, 7) == tuple(pixels[7, 5])
    assert pyramid.pixel(-1, 0) is None
    assert pyramid.pixel(130, 0) is None
    assert (pyramid.width, pyramid.height) == (130, 96)


def test_compact_shares_the_pixels() -> None:
    pixels = image(512, 512)
    compact, full = build_pyramid(pixels, compact=True), build_pyramid(pixels)
    assert np.shares_memory(compact.levels[0], pixels)
    assert compact.bytes < 0.46 * pixels.nbytes
    assert full.bytes > 1.7 * pixels.nbytes
    assert np.abs(compact.levels[2].astype(int) - full.levels[2]).max() <= 1


@pytest.mark.parametrize(
    ("scale", "level"), [(4.0, 0), (1.0, 0), (0.6, 0), (0.5, 1), (0.3, 1), (0.25, 2), (1e-3, 3)]
)
def test_the_coarsest_level_with_enough_pixels(scale: float, level: int) -> None:
    assert build_pyramid(image(300, 400)).level_for(scale) == level


@pytest.mark.parametrize(
    "pixels", [np.zeros((4, 4), np.uint8), np.zeros((4, 4, 3), np.float32), np.zeros((0, 4, 3), np.uint8)]
)
def test_other_arrays_are_refused(pixels: np.ndarray) -> None:
    with pytest.raises(ValueError, match="uint8"):
        build_pyramid(pixels)


def test_one_pixel() -> None:
    assert len(build_pyramid(np.full((1, 1, 3), 9, np.uint8)).levels) == 1
