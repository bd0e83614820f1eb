import pytest

from qdit4sr_core.forecast import ModelShape, Rates, Task, estimate, photo_work

SHAPE = ModelShape(
    scale=4, downscale=8, patch=2, minimum_side=0, weights=10_000_000, width=192, held_bytes=40_000_000
)
SETTINGS = {"steps": 12, "tile": 36, "overlap": 8}


def tasks(size: tuple[int, int], *variants: str) -> list[Task]:
    work = photo_work(SHAPE, size, SETTINGS)
    return [Task("p", v, "fp" if v == "fp" else "method", work, v.startswith("q-")) for v in variants]


def test_work_grows_with_the_photo() -> None:
    small, large = photo_work(SHAPE, (64, 64), SETTINGS), photo_work(SHAPE, (3000, 4000), SETTINGS)
    assert (small.tiles, small.tile_cells, small.evaluations) == (1, 32 * 32, 12)
    assert large.output_pixels == 12_000_000 * 16
    assert large.cells > 2000 * small.cells


def test_no_time_is_told_before_a_step_was_measured() -> None:
    assert estimate(tasks((64, 64), "fp"), Rates(), SHAPE, SETTINGS).seconds is None


def test_times_add_up_with_calibration_once() -> None:
    rates = Rates()
    rates.add_cells("fp", 1024, 1e-3)
    rates.add_cells("q-dit4sr-w4a4", 1024, 2e-3)
    rates.add_quantizing("q-dit4sr-w4a4", 5.0)
    rates.add_calibrating(30.0)
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
