import numpy as np
import pytest

from qdit4sr_core.errors import RegionError
from qdit4sr_core.metrics.spectrum import (
    energy_error,
    energy_ratio,
    high_frequency_energy,
    low_pass_kernel,
    radial_spectrum,
    spectrum_distance,
)


def _grey(plane: np.ndarray) -> np.ndarray:
    return np.repeat(np.rint(plane).clip(0, 255).astype(np.uint8)[..., None], 3, axis=2)


def _wave(frequency: float, angle: float, side: int = 256, amplitude: float = 60) -> np.ndarray:
    y, x = np.mgrid[:side, :side]
    phase = 2 * np.pi * frequency * (x * np.cos(angle) + y * np.sin(angle))
    return _grey(128 + amplitude * np.sin(phase))


def test_the_filter_turns_over_at_half_of_nyquist_in_every_direction() -> None:
    kernel = low_pass_kernel().astype(np.float64)
    offsets = np.arange(31) - 15
    for angle in (0.0, 0.3, np.pi / 4, 1.2):

        def gain(frequency: float, angle: float = angle) -> float:
            phase = offsets[None, :] * np.cos(angle) + offsets[:, None] * np.sin(angle)
            return float((kernel * np.cos(2 * np.pi * frequency * phase)).sum())

        assert gain(0.0) == pytest.approx(1, abs=1e-6)
        assert gain(0.25) == pytest.approx(0.5, abs=0.05)
        assert gain(0.18) > 0.97
        assert abs(gain(0.32)) < 0.03


@pytest.mark.parametrize("angle", [0.0, 0.5, np.pi / 4])
def test_only_fine_waves_have_high_frequency_energy(angle: float) -> None:
    assert high_frequency_energy(_wave(0.34, angle)) == pytest.approx(60**2 / 2, rel=0.03)
    assert high_frequency_energy(_wave(0.15, angle)) < 0.002 * 60**2 / 2


def test_white_noise_has_the_share_that_the_area_of_the_spectrum_says() -> None:
    noise = np.random.default_rng(0).normal(0, 20, (512, 512))
    share = high_frequency_energy(_grey(128 + noise)) / 400
    assert share == pytest.approx(1 - np.pi * 0.25**2, abs=0.02)


def test_radial_spectrum_of_white_noise_is_flat_at_its_variance() -> None:
    noise = np.random.default_rng(1).normal(0, 20, (256, 320))
    spectrum = radial_spectrum(_grey(128 + noise))
    assert spectrum.frequency[-1] == pytest.approx(0.5)
    assert spectrum.power.mean() == pytest.approx(400, rel=0.05)
    assert spectrum.power[40:].std() / 400 < 0.15


def test_radial_spectrum_peaks_at_the_frequency_of_a_wave() -> None:
    spectrum = radial_spectrum(_wave(0.2, 0.4))
    assert spectrum.frequency[np.argmax(spectrum.power)] == pytest.approx(0.2, abs=0.006)


def test_spectrum_distance_is_the_gain_in_decibels() -> None:
    noise = np.random.default_rng(2).normal(0, 15, (256, 256))
    quiet, loud = _grey(128 + noise), _grey(128 + 2 * noise)
    assert spectrum_distance(quiet, quiet) == 0
    assert spectrum_distance(loud, quiet) == pytest.approx(6.02, abs=0.1)
    assert spectrum_distance(quiet, loud) == pytest.approx(6.02, abs=0.1)


def test_ratio_and_error_of_energies() -> None:
    assert energy_ratio(50, 100) == 0.5
    assert energy_error(499, 999) == pytest.approx(3.01, abs=0.01)
    assert energy_error(999, 499) == pytest.approx(3.01, abs=0.01)
    assert energy_error(0, 0) == 0
    with pytest.raises(RegionError, match="flat"):
        energy_ratio(3, 0)


def test_small_regions_are_refused_with_the_reason() -> None:
    small = np.zeros((31, 64, 3), np.uint8)
    for measure in (high_frequency_energy, radial_spectrum):
        with pytest.raises(RegionError, match="under 32 px"):
            measure(small)
