"""The measurement table follows regions, results and choices by itself."""

import pytest

from qdit4sr_core.measured_against import FULL_PRECISION, GROUND_TRUTH
from tests.e2e.waiting import wait_until
from tests.fake_studio import noisy


@pytest.fixture
def measured(fakes, studio):
    fakes.add_photo(side=32)
    studio.runs.run_current()
    wait_until(lambda: not studio.runs.busy and not studio.measure.busy)
    return studio


def titles(studio):
    return [block.title for block in studio.measure.table.blocks]


def value(studio, block, row, metric="psnr"):
    cell = studio.measure.table.blocks[block].rows[row].cells[metric].value
    return None if cell is None else cell.value


def test_the_table_fills_when_results_arrive(measured):
    assert titles(measured) == ["Whole image"]
    rows = measured.measure.table.blocks[0].rows
    assert [row.spec for row in rows] == ["fp", "rtn-w4a4", "q-dit4sr-w4a4"]
    assert rows[0].cells["psnr"].is_reference
    assert value(measured, 0, 1) is not None


def test_a_region_is_measured_without_being_told(measured):
    measured.regions.add(0, 0, 40, 40, "bark")
    assert titles(measured) == ["Whole image", "bark"]
    wait_until(lambda: not measured.measure.busy)
    assert value(measured, 1, 1) is not None
    measured.regions.remove(0)
    assert titles(measured) == ["Whole image"]


def test_numbers_follow_a_drag_at_once(measured):
    measured.regions.add(0, 0, 40, 40)
    wait_until(lambda: not measured.measure.busy)
    first = value(measured, 1, 1)
    measured.regions.begin_drag()
    measured.regions.nudge(30, 20)
    moved = value(measured, 1, 1)  # before any event is processed
    assert moved not in (None, first)
    measured.regions.end_drag()
    wait_until(lambda: not measured.measure.busy)
    assert value(measured, 1, 1) == pytest.approx(moved, abs=1e-3)


def test_a_number_that_is_known_is_not_measured_again(measured, monkeypatch):
    known = value(measured, 0, 1)
    monkeypatch.setattr(
        "qdit4sr_gui.controllers.measurements.compute_region",
        lambda *given, **named: pytest.fail("measured again"),
    )
    measured.workspace.tick(("fp", "rtn-w4a4"))
    measured.measure.refresh()
    wait_until(lambda: not measured.measure.busy)
    assert value(measured, 0, 1) == known


def test_without_ground_truth_nothing_is_measured_against_it(measured):
    from qdit4sr_core.images import LoadedImage

    measured.measure.set_reference(GROUND_TRUTH)
    wait_until(lambda: not measured.measure.busy)
    assert value(measured, 0, 1) is None
    truth = LoadedImage(noisy(128, 128, 5), sha256="truth")
    measured.workspace.set_reference(measured.workspace.current, truth)
    wait_until(lambda: not measured.measure.busy)
    assert value(measured, 0, 0) is not None  # full precision is measured too
    assert measured.measure.table.reference == GROUND_TRUTH
    measured.measure.set_reference(FULL_PRECISION)
    assert measured.measure.table.blocks[0].rows[0].cells["psnr"].is_reference


def test_an_unknown_metric_is_left_out(measured):
    measured.measure.set_metrics(("ssim", "beauty"))
    assert measured.measure.metrics == ("ssim",)


def test_what_is_no_longer_shown_is_forgotten(measured, fakes):
    measured.photos.remove([measured.workspace.current])
    assert measured.measure.table.blocks == ()
    assert measured.measure.images() == []


def test_numbers_of_a_photo_shown_before_are_there_at_once(measured, fakes, monkeypatch):
    first = measured.workspace.current
    measured.regions.add(0, 0, 40, 40, "bark")
    wait_until(lambda: not measured.measure.busy)
    table = measured.measure.table
    fakes.add_photo("other.png", side=24, seed=1)
    measured.runs.run_current()
    wait_until(lambda: not measured.runs.busy and not measured.measure.busy)
    measured.photos.select(first)
    assert measured.measure.table == table
    measured.workspace.forget_results(measured.workspace.photo())
    measured.runs.run_current()
    wait_until(lambda: not measured.runs.busy)
    assert value(measured, 0, 1) is None  # other pixels, for all that is known
    wait_until(lambda: not measured.measure.busy)
    measured.photos.step(1)
    monkeypatch.setattr("qdit4sr_gui.controllers.measurements.KEPT_VALUES", 0)
    measured.photos.step(1)
    measured.photos.step(1)
    assert value(measured, 0, 1) is None  # it was within the limit no more
