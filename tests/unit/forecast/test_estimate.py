from dataclasses import replace

import pytest

from qdit4sr_core.forecast import ModelShape, Rates, Statistics, Task, estimate, photo_work
from qdit4sr_core.forecast.typical import CALIBRATING, quantizing_cells
from qdit4sr_core.forecast.work import calibration_cells
from qdit4sr_core.variant_text import method_of

SHAPE = ModelShape(
    scale=4, downscale=8, patch=2, minimum_side=0, weights=10_000_000, width=192, held_bytes=40_000_000
)
SETTINGS = {"steps": 12, "tile": 36, "overlap": 8}
STATISTICS: dict[str, Statistics] = {"q-dit4sr": "plain", "svdquant": "plain", "q-dit4sr-plus": "sensitive"}
CALIBRATION = calibration_cells(SHAPE, SETTINGS)


def tasks(size: tuple[int, int], *variants: str) -> list[Task]:
    work = photo_work(SHAPE, size, SETTINGS)
    return [
        Task("p", v, "fp" if v == "fp" else "method", work, STATISTICS.get(method_of(v), ""))
        for v in variants
    ]


def test_work_grows_with_the_photo() -> None:
    small, large = photo_work(SHAPE, (64, 64), SETTINGS), photo_work(SHAPE, (3000, 4000), SETTINGS)
    assert (small.tiles, small.tile_cells, small.evaluations) == (1, 32 * 32, 12)
    assert large.coded_pixels == 12_000_000 * 16
    assert large.cells > 2000 * small.cells


def test_a_narrow_photo_counts_what_is_coded_of_it() -> None:
    assert photo_work(SHAPE, (200, 1), SETTINGS).coded_pixels == 800 * 128
    demanding = replace(SHAPE, minimum_side=128)
    assert photo_work(demanding, (200, 1), SETTINGS).coded_pixels == 512 * 128 * 200 * 4


def test_no_time_is_told_before_a_step_was_measured() -> None:
    assert estimate(tasks((64, 64), "fp"), Rates(), SHAPE, SETTINGS).seconds is None


def test_times_add_up_with_calibration_once() -> None:
    rates = Rates()
    rates.add_cells("fp", 1024, 1e-3)
    rates.add_cells("q-dit4sr-w4a4", 1024, 2e-3)
    rates.add_quantizing("q-dit4sr-w4a4", 5.0)
    rates.add_calibrating("plain", 30.0 / CALIBRATION)
    rates.add_pixels(0.0)
    work = photo_work(SHAPE, (64, 64), SETTINGS).cells * 1e-3
    both = estimate(tasks((64, 64), "fp", "q-dit4sr-w4a4", "q-dit4sr-w4a4"), rates, SHAPE, SETTINGS)
    assert both.seconds == pytest.approx(work * 5 + 35.0)
    kept = estimate(
        tasks((64, 64), "q-dit4sr-w4a4"), rates, SHAPE, SETTINGS, prepared=frozenset({"q-dit4sr-w4a4"})
    )
    assert kept.seconds == pytest.approx(work * 2)


def test_memory_grows_with_pixels_and_models() -> None:
    rates = Rates()
    small = estimate(tasks((64, 64), "fp"), rates, SHAPE, SETTINGS).memory_bytes
    more = estimate(tasks((64, 64), "fp", "rtn-w4a4"), rates, SHAPE, SETTINGS).memory_bytes
    large = estimate(tasks((2000, 2000), "fp"), rates, SHAPE, SETTINGS).memory_bytes
    assert more - small == SHAPE.held_bytes
    assert large > 9e9


def seconds(rates: Rates, *variants: str, calibrated: frozenset[str] = frozenset()) -> float:
    found = estimate(tasks((64, 64), *variants), rates, SHAPE, SETTINGS, calibrated=calibrated).seconds
    assert found is not None
    return found


def one_measured_step(cell: float) -> Rates:
    rates = Rates()
    rates.add_cells("fp", 1024, cell)
    rates.add_cells("svdquant-w4a4", 1024, cell)
    rates.add_cells("q-dit4sr-w4a4", 1024, cell)
    rates.add_cells("q-dit4sr-plus-w4a4", 1024, cell)
    rates.add_pixels(0.0)
    return rates


def test_at_a_first_run_calibration_and_quantization_are_multiples_of_a_measured_step() -> None:
    run = photo_work(SHAPE, (64, 64), SETTINGS).cells
    wanted = run + CALIBRATING["plain"] * CALIBRATION + quantizing_cells("svdquant")
    fast, slow = (seconds(one_measured_step(cell), "svdquant-w4a4") for cell in (1e-4, 5e-3))
    assert fast == pytest.approx(wanted * 1e-4)
    assert slow == pytest.approx(wanted * 5e-3)
    assert 3 * run < CALIBRATION


def test_a_calibration_that_is_kept_costs_nothing() -> None:
    rates = one_measured_step(1e-3)
    first, second = (seconds(rates, "svdquant-w4a4", calibrated=frozenset(k)) for k in ((), ("plain",)))
    assert first - second == pytest.approx(CALIBRATING["plain"] * CALIBRATION * 1e-3)
    assert seconds(rates, "svdquant-w4a4", calibrated=frozenset({"sensitive"})) == second


def test_sensitivities_are_a_calibration_of_their_own_that_serves_the_others() -> None:
    rates = one_measured_step(1e-3)
    rates.add_calibrating("plain", 0.01)
    rates.add_calibrating("sensitive", 0.05)
    alone = seconds(rates, "q-dit4sr-plus-w4a4")
    assert seconds(rates, "q-dit4sr-plus-w4a4", calibrated=frozenset({"plain"})) == alone
    bare = sum(
        seconds(rates, v, calibrated=frozenset({"sensitive"}))
        for v in ("q-dit4sr-plus-w4a4", "svdquant-w4a4")
    )
    assert seconds(rates, "q-dit4sr-plus-w4a4", "svdquant-w4a4") == pytest.approx(bare + 0.05 * CALIBRATION)
    assert seconds(rates, "svdquant-w4a4", "q-dit4sr-plus-w4a4") == pytest.approx(bare + 0.06 * CALIBRATION)


def test_the_kernel_makes_quantized_variants_faster_than_full_precision() -> None:
    rates = Rates()
    rates.add_cells("fp", 1024, 1e-3)
    rates.add_pixels(0.0)
    times = [
        estimate(tasks((64, 64), "rtn-w4a4"), rates, replace(SHAPE, kernel=kernel), SETTINGS).seconds
        for kernel in (True, False)
    ]
    full = seconds(rates, "fp")
    assert times[0] is not None
    assert times[1] is not None
    assert times[0] < full < times[1]


def test_steps_with_guidance_weigh_twice() -> None:
    guided = {**SETTINGS, "guidance": 2.0, "guidance_to": 0.6, "shift": 1.0}
    work = photo_work(SHAPE, (64, 100), guided)
    assert work.tiles > 1
    assert set(work.weights) == {1.0, 2.0}
    assert sorted(work.weights) == list(work.weights)  # the noise falls: guidance comes last
    singles = work.weights.count(1.0)
    assert work.share(singles * work.tiles) == pytest.approx(singles / sum(work.weights))
    assert [work.share(n) for n in (0, work.evaluations)] == [0.0, 1.0]
    assert photo_work(SHAPE, (64, 100), SETTINGS).share(work.tiles) == pytest.approx(1 / 12)
