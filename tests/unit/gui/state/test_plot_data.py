"""Curves for the plots, and round axis ticks."""

import numpy as np
import pytest

from qdit4sr_core.metrics.regions import Region
from qdit4sr_gui.state.plot_data import PlotImage, histogram_plot, nice_ticks, spectrum_plot


def noise(seed):
    return np.random.default_rng(seed).integers(0, 256, (64, 64, 3), np.uint8)


def test_spectra_of_a_region_for_every_image():
    images = [PlotImage("a", "A", noise(0)), PlotImage("b", "B", noise(1))]
    data = spectrum_plot(images, Region(0, 0, 40, 40))
    assert [series.key for series in data.series] == ["a", "b"]
    assert data.series[0].x[-1] == pytest.approx(0.5)
    assert data.reason == ""


def test_a_region_too_small_says_why():
    data = spectrum_plot([PlotImage("a", "A", noise(0))], Region(0, 0, 8, 8))
    assert data.series == ()
    assert data.reason.startswith("n/a")


def test_histograms_sum_to_all_pixels():
    data = histogram_plot([PlotImage("a", "A", noise(0))], None)
    assert data.series[0].y.sum() == pytest.approx(100.0)


@pytest.mark.parametrize(("low", "high"), [(0, 1), (-3.2, 47.9), (0.015, 0.5), (1e4, 1.3e4)])
def test_ticks_are_round_and_inside(low, high):
    ticks = nice_ticks(low, high)
    assert 2 <= len(ticks) <= 8
    assert all(low - 1e-9 <= tick <= high + 1e-9 for tick in ticks)
    steps = np.diff(ticks)
    assert np.allclose(steps, steps[0])
