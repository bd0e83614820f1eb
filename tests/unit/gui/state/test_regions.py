"""Regions: names, colours, limits, undo."""

from dataclasses import replace

import pytest

from qdit4sr_gui.state.regions import (
    MINIMUM_SIDE,
    REGION_COLOURS,
    MarkedRegion,
    RegionsHistory,
    RegionsModel,
    letters,
    resized,
)


@pytest.fixture
def model() -> RegionsModel:
    model = RegionsModel()
    model.set_canvas(200, 100)
    return model


def test_letters() -> None:
    assert [letters(index) for index in (0, 1, 25, 26, 27, 52)] == ["A", "B", "Z", "AA", "AB", "BA"]


def test_new_regions_get_free_letters_and_colours(model: RegionsModel) -> None:
    for _ in range(3):
        model.add(0, 0, 20, 20)
    assert [region.name for region in model.regions] == ["A", "B", "C"]
    assert len({region.colour for region in model.regions}) == 3
    model.remove(1)
    model.add(5, 5, 20, 20)
    assert model.regions[-1].name == "B"
    assert model.regions[-1].colour == REGION_COLOURS[1]


def test_regions_stay_inside(model: RegionsModel) -> None:
    model.add(190, -10, 50, 30)
    assert model.regions[0] == MarkedRegion(150, 0, 50, 30, "A", REGION_COLOURS[0])
    model.add(0, 0, 999, 1)
    assert (model.regions[1].width, model.regions[1].height) == (200, MINIMUM_SIDE)


def test_another_canvas_limits_what_comes_and_moves_nothing(model: RegionsModel) -> None:
    model.add(150, 0, 50, 30)
    before = model.history()
    model.set_canvas(100, 50)
    assert model.history() == before
    model.add(90, 40, 50, 30)
    assert (model.regions[1].right, model.regions[1].bottom) == (100, 50)


@pytest.mark.parametrize(
    ("handle", "box"),
    [("nw", (15, 5, 25, 35)), ("e", (10, 10, 5, 30)), ("s", (10, 10, 30, 4)), ("w", (15, 10, 25, 30))],
)
def test_handles_move_their_sides(handle: str, box: tuple[int, int, int, int]) -> None:
    region = resized(MarkedRegion(10, 10, 30, 30), handle, 15, 5)
    assert (region.x, region.y, region.width, region.height) == box


def test_sides_do_not_cross() -> None:
    region = resized(MarkedRegion(10, 10, 30, 30), "w", 500, 0)
    assert (region.x, region.width) == (40 - MINIMUM_SIDE, MINIMUM_SIDE)


def test_undo_and_redo_every_kind_of_change(model: RegionsModel) -> None:
    states = [model.regions]
    model.add(10, 10, 20, 20)
    states.append(model.regions)
    model.nudge(1, 2)
    states.append(model.regions)
    model.stretch(5, 0)
    states.append(model.regions)
    model.update(0, replace(model.regions[0], name="hair"))
    states.append(model.regions)
    model.remove(0)
    states.append(model.regions)
    for state in reversed(states[:-1]):
        model.undo()
        assert model.regions == state
    assert model.last_edit == 0
    for state in states[1:]:
        model.redo()
        assert model.regions == state
    assert model.last_undo == 0


def test_a_drag_is_one_step(model: RegionsModel) -> None:
    steps: list[str] = []
    model.changed.connect(lambda: steps.append("changed"))
    model.dragging.connect(lambda: steps.append("dragging"))
    model.begin_drag()
    model.add(0, 0, 5, 5)
    model.nudge(1, 0)
    model.nudge(1, 0)
    model.end_drag()
    assert steps == ["dragging", "dragging", "dragging", "changed"]
    model.undo()
    assert model.regions == ()


def test_a_cancelled_drag_leaves_no_trace(model: RegionsModel) -> None:
    model.add(10, 10, 20, 20)
    before = model.regions
    model.begin_drag()
    model.nudge(30, 30)
    model.cancel_drag()
    assert model.regions == before
    model.undo()
    assert model.regions == ()


def test_removing_keeps_the_active_mark_on_its_region(model: RegionsModel) -> None:
    for x in (0, 20, 40):
        model.add(x, 0, 10, 10)
    model.activate(2)
    model.remove(0)
    assert model.active_region is not None
    assert model.active_region.name == "C"
    model.remove(1)
    assert model.active_region is None


def test_nothing_changed_is_not_a_step(model: RegionsModel) -> None:
    model.add(10, 10, 20, 20)
    model.update(0, model.regions[0])
    model.activate(-1)
    model.undo()
    assert model.regions == ()


def test_each_photo_has_its_own_steps(model: RegionsModel) -> None:
    model.add(10, 10, 20, 20)
    first = model.history()
    model.restore(RegionsHistory())
    assert model.regions == ()
    assert model.last_edit == 0
    model.add(50, 50, 20, 20)
    second = model.history()
    model.restore(first)
    model.undo()
    assert model.regions == ()
    model.redo()
    assert model.regions[0].x == 10
    model.restore(second)
    model.undo()
    assert model.last_edit == 0
