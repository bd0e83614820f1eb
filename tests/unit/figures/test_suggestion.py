import numpy as np

from qdit4sr_core.figures import Panel
from qdit4sr_core.figures.suggestion import suggest_region

from .conftest import photo


def test_the_damaged_place_is_suggested():
    sharp = photo()
    damaged = sharp.copy()
    damaged[40:70, 60:90] = np.random.default_rng(0).integers(0, 255, (30, 30, 3))
    region = suggest_region([Panel("a", sharp), Panel("b", damaged)])
    assert (region.width, region.height) == (24, 24)
    assert 60 <= region.x <= 90 - 24
    assert 40 <= region.y <= 70 - 24


def test_one_tiny_picture_is_enough():
    region = suggest_region([Panel("a", np.zeros((3, 2, 3), np.uint8))])
    assert (region.x, region.y, region.width, region.height) == (0, 0, 1, 1)
