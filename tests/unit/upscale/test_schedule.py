"""The published sigma schedule: shifted twice."""

import itertools

import pytest

from qdit4sr_core.upscale.schedule import shifted, sigmas, unshifted


def test_forty_step_table() -> None:
    levels = sigmas(40, shift=3.0)
    assert len(levels) == 41
    assert levels[:4] == pytest.approx([1.0, 0.99133, 0.98236, 0.97306], abs=5e-6)
    assert levels[-4:] == pytest.approx([0.14651, 0.08105, 0.00893, 0.0], abs=5e-6)
    assert all(a > b for a, b in itertools.pairwise(levels))


def test_the_whole_table_agrees_with_the_reference_scheduler() -> None:
    diffusers = pytest.importorskip("diffusers")
    scheduler = diffusers.FlowMatchEulerDiscreteScheduler(num_train_timesteps=1000, shift=3.0)
    for steps in (1, 12, 20, 40):
        scheduler.set_timesteps(steps)
        assert sigmas(steps, 3.0) == pytest.approx(scheduler.sigmas.tolist(), abs=1e-6)


def test_no_shift_is_evenly_spaced() -> None:
    assert sigmas(4, shift=1.0) == pytest.approx([1.0, 0.667, 0.334, 0.001, 0.0])


def test_one_step_goes_straight_from_noise_to_image() -> None:
    assert sigmas(1) == [1.0, 0.0]


@pytest.mark.parametrize("start", [1.0, 0.8, 0.3, 1e-4])
def test_a_lower_start_is_the_first_level(start: float) -> None:
    levels = sigmas(10, 3.0, start)
    assert levels[0] == pytest.approx(start)
    assert all(a >= b for a, b in itertools.pairwise(levels))


def test_unshifted_inverts_shifted() -> None:
    assert unshifted(shifted(0.37, 3.0), 3.0) == pytest.approx(0.37)
