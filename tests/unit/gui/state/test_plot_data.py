"""Curves for the plots, and round axis ticks."""

import numpy as np
import pytest

from qdit4sr_core.metrics.regions import Region
from qdit4sr_gui.state.plot_data import (
    PlotImage,
    histogram_plot,
    nice_ticks,
    profile_plot,
    relative_spectrum_plot,
    spectrum_plot,
    trajectory_plot,
)


def noise(seed):
    return np.random.default_rng(seed).integers(0, 256, (64, 64, 3), np.uint8)


def test_spectra_of_a_region_for_every_image():
    images = [PlotImage("a", "A", noise(0)), PlotImage("b", "B", noise(1))]
    data = spectrum_plot(images, Region(0, 0, 40, 40))
    assert [series.key for series in data.series] == ["a", "b"]
    assert data.series[0].x[-1] == pytest.approx(0.5)
    assert data.x_range == (0.0, 0.5)
    assert data.why is None


def test_a_region_too_small_says_why():
    data = spectrum_plot([PlotImage("a", "A", noise(0))], Region(0, 0, 8, 8))
    assert data.series == ()
    assert str(data.why).startswith("n/a")


def test_a_spectrum_against_full_precision_says_how_many_db_were_added():
    sharp = noise(0) // 2 + 64
    louder = np.clip(2 * (sharp.astype(int) - 128) + 128, 0, 255).astype(np.uint8)
    data = relative_spectrum_plot([PlotImage("fp", "FP", sharp), PlotImage("b", "B", louder)], None)
    assert np.all(data.series[0].y == 0)
    assert data.series[1].y.mean() == pytest.approx(6.0, abs=0.2)
    assert str(relative_spectrum_plot([PlotImage("b", "B", louder)], None).why).startswith("n/a")


def test_a_profile_is_the_same_line_through_every_image():
    image = noise(0)
    image[20] = 77
    wide = profile_plot([PlotImage("a", "A", image)], Region(8, 10, 40, 20)).series[0]
    assert wide.y.tolist() == pytest.approx([77.0] * 40, abs=1e-3)
    assert (wide.x[0], wide.x[-1]) == (8, 47)
    tall = profile_plot([PlotImage("a", "A", image)], Region(8, 10, 10, 30)).series[0]
    assert (tall.x[0], tall.x[-1]) == (10, 39)


def test_the_error_along_sampling_is_drawn_for_those_that_know_it():
    known = PlotImage("a", "A", noise(0), trajectory=(0.01, 0.02))
    data = trajectory_plot([PlotImage("fp", "FP", noise(0)), known], None)
    (series,) = data.series
    assert (series.x.tolist(), series.y.tolist()) == ([1, 2], [1.0, 2.0])
    assert str(trajectory_plot([PlotImage("fp", "FP", noise(0))], None).why).startswith("n/a")


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
