"""Curves and points of plots: told apart from each other, from ink and from the ground, in both themes."""

import itertools
import re

import numpy as np
import pytest

from qdit4sr_core.colours import SERIES_ON_DARK, SERIES_ON_LIGHT, series_colour, series_dashes

INK = {False: "#1c1e21", True: "#e4e6e8"}
GROUND = {False: "#ffffff", True: "#17181b"}


def linear(colour):
    values = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def oklab(colour):
    """Björn Ottosson's OKLab, where equal distances look equally different."""
    to_cones = np.array(
        [
            [0.4122214708, 0.5363325363, 0.0514459929],
            [0.2119034982, 0.6806995451, 0.1073969566],
            [0.0883024619, 0.2817188376, 0.6299787005],
        ]
    )
    to_lab = np.array(
        [
            [0.2104542553, 0.7936177850, -0.0040720468],
            [1.9779984951, -2.4285922050, 0.4505937099],
            [0.0259040371, 0.7827717662, -0.8086757660],
        ]
    )
    return to_lab @ np.cbrt(to_cones @ linear(colour))


def contrast(one, other):
    first, second = sorted(float(linear(c) @ (0.2126, 0.7152, 0.0722)) + 0.05 for c in (one, other))
    return second / first


@pytest.mark.parametrize("dark", [False, True])
def test_ten_curves_differ_from_each_other_and_from_the_ink(dark):
    colours = (*(SERIES_ON_DARK if dark else SERIES_ON_LIGHT), INK[dark])
    near = min(
        (float(np.linalg.norm(oklab(a) - oklab(b))), a, b) for a, b in itertools.combinations(colours, 2)
    )
    assert len(colours) == 11
    assert near[0] > 0.12, near


@pytest.mark.parametrize("dark", [False, True])
def test_twenty_curves_are_seen_on_their_ground(dark):
    for number in range(20):
        assert contrast(series_colour(number, dark), GROUND[dark]) > 2.5, number


@pytest.mark.parametrize("dark", [False, True])
def test_a_hundred_curves_have_a_hundred_colours(dark):
    colours = [series_colour(number, dark) for number in range(100)]
    assert len(set(colours)) == 100
    assert all(re.fullmatch("#[0-9a-f]{6}", colour) for colour in colours)


def test_later_curves_are_dashed():
    assert series_dashes(0) == series_dashes(5) == ()
    assert len({series_dashes(number) for number in (0, 6, 12, 18)}) == 4
