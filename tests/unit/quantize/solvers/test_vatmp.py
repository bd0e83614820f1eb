"""VaTMP equals brute force on small cases."""

import itertools

import numpy as np
import pytest

from qdit4sr_core.errors import VariantError
from qdit4sr_core.quantize.layer.grids import kappa
from qdit4sr_core.quantize.solvers.vatmp import allocate_activation_bits


def _pieces(schedule: tuple[int, ...]) -> int:
    return 1 + sum(a != b for a, b in itertools.pairwise(schedule))


def _error(v: np.ndarray, schedule: tuple[int, ...]) -> float:
    return float(sum(e * kappa(b) for e, b in zip(v, schedule, strict=True)))


@pytest.mark.parametrize("segments", [1, 2, 3, 6])
@pytest.mark.parametrize("mean", [3.0, 3.5, 4.0])
def test_equals_brute_force(segments: int, mean: float) -> None:
    steps, widths = 6, (2, 3, 4, 5)
    v = np.random.default_rng(3).lognormal(size=(4, steps))
    schedules = allocate_activation_bits(v, mean, segments=segments, bits=widths)
    for row, schedule in zip(v, schedules, strict=True):
        assert len(schedule) == steps
        assert sum(schedule) <= mean * steps
        assert _pieces(schedule) <= segments
        best = min(
            _error(row, s)
            for s in itertools.product(widths, repeat=steps)
            if sum(s) <= mean * steps and _pieces(s) <= segments
        )
        assert _error(row, schedule) == pytest.approx(best, rel=1e-9)


def test_flat_energy_keeps_the_mean_and_silent_layers_survive() -> None:
    flat, silent = allocate_activation_bits([[1.0] * 8, [0.0] * 8], 4)
    assert flat == (4,) * 8
    assert sum(silent) <= 32
    assert len(silent) == 8


def test_too_small_a_mean_is_refused() -> None:
    with pytest.raises(VariantError, match="below"):
        allocate_activation_bits([[1.0]], 1.5)
