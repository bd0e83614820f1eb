"""When a run ends the window goes where the variants differ most, and never moves what the user has moved."""

import dataclasses

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from qdit4sr_core.measured_against import FULL_PRECISION, GROUND_TRUTH
from qdit4sr_core.session import load_session, save_session
from qdit4sr_gui.controllers.session_document import session_of

from .waiting import wait_until


@pytest.fixture
def guided(window):
    window.preferences.change(reveal_after_run=True)
    return window


def finished(window):
    window.action_set.trigger("run")
    wait_until(lambda: not window.runs.running)
    wait_until(lambda: not window.reveal.busy)
    return window


def test_the_worst_place_is_shown_drawn_and_said(guided):
    assert not guided.place_bar.isVisible()
    finished(guided)
    (region,) = guided.regions.regions
    assert (region.name, region.width, region.height) == ("A", 96, 96)
    assert guided.regions.active == 0
    assert not guided.view.state.fitted
    state = guided.view.state
    corners = ((region.x, region.y), (region.x + region.width, region.y + region.height))
    for x, y in (state.viewport.to_device(*corner, state.pane) for corner in corners):
        assert 0 <= x <= state.pane[0]
        assert 0 <= y <= state.pane[1]
    assert guided.place_bar.isVisible()
    assert "here" in guided.place_bar.text.text()
    assert guided.place_bar.count.text() == f"place 1 of {len(guided.reveal.places)}"


def test_from_the_start_of_a_run_the_bar_says_what_will_come(guided):
    guided.workspace.tick(("fp",))
    guided.action_set.trigger("run")
    wait_until(lambda: not guided.runs.running)
    assert not guided.place_bar.isVisible()  # nothing to compare, nothing to promise
    guided.workspace.tick(("fp", "rtn-w4a4"))
    said = []
    guided.runs.progressed.connect(lambda _progress: said.append(guided.place_bar.text.text()))
    finished(guided)
    assert said
    assert said[0].startswith("As soon as")
    assert "here" in guided.place_bar.text.text()


def test_nothing_is_promised_of_a_photo_that_does_not_run(guided):
    guided.photos.open_sample()
    waiting = guided.workspace.current
    guided.photos.select(guided.workspace.photos[0].key)
    guided.action_set.trigger("run")
    wait_until(lambda: guided.place_bar.isVisible())
    assert guided.place_bar.text.text().startswith("As soon as")
    guided.photos.select(waiting)
    assert not guided.place_bar.isVisible()
    guided.runs.cancel()
    wait_until(lambda: not guided.runs.running)


def test_one_key_goes_to_the_next_place_and_one_goes_back(guided):
    finished(guided)
    first = guided.regions.regions[0]
    QTest.keyClick(guided.view, Qt.Key.Key_N)
    (second,) = guided.regions.regions
    sentence = guided.place_bar.text.text()
    assert (second.x, second.y) != (first.x, first.y)
    assert guided.place_bar.count.text().startswith("place 2 of")
    QTest.keyClick(guided.view, Qt.Key.Key_N, Qt.KeyboardModifier.ShiftModifier)
    assert guided.regions.regions == ()
    assert guided.view.state.fitted
    assert not guided.place_bar.isVisible()
    guided.regions.add(0, 0, 20, 20, "B")
    QTest.keyClick(guided.view, Qt.Key.Key_N)
    again, own = guided.regions.regions  # the place that was left, in front of what was drawn meanwhile
    assert (again, own.name) == (second, "B")
    assert guided.place_bar.text.text() == sentence
    guided.regions.remove(0)
    QTest.keyClick(guided.view, Qt.Key.Key_N)
    assert [region.name for region in guided.regions.regions] == ["A", "B"]
    for _ in guided.reveal.places[1:]:
        QTest.keyClick(guided.view, Qt.Key.Key_N)
    assert (guided.regions.regions[0].x, guided.regions.regions[0].y) == (first.x, first.y)


@pytest.mark.parametrize("leave", ["undo", "remove", "move"])
def test_nothing_is_said_of_a_place_that_is_no_longer_shown(guided, leave):
    finished(guided)
    sentence = guided.place_bar.text.text()
    if leave == "undo":
        guided.regions.undo()
    elif leave == "remove":
        guided.regions.remove(0)
    else:
        old = guided.regions.regions[0]
        guided.regions.update(0, dataclasses.replace(old, x=old.x + (8 if old.x < 200 else -8)))
    assert not guided.place_bar.isVisible()
    QTest.keyClick(guided.view, Qt.Key.Key_N)
    assert guided.place_bar.text.text() == sentence
    QTest.keyClick(guided.view, Qt.Key.Key_N, Qt.KeyboardModifier.ShiftModifier)
    assert guided.view.state.fitted


def test_a_view_that_was_moved_stays(guided):
    guided.view.set_scale(3.0)
    moved = guided.view.state.viewport
    finished(guided)
    assert guided.reveal.places
    assert guided.view.state.viewport == moved
    assert guided.regions.regions == ()
    bar = guided.place_bar  # what was promised is offered instead
    assert bar.text.text().startswith("Your view stays")
    assert (bar.next.isVisible(), bar.back.isVisible(), bar.count.isVisible()) == (True, False, False)
    QTest.mouseClick(bar.next, Qt.MouseButton.LeftButton)
    assert "here" in bar.text.text()
    assert bar.back.isVisible()
    QTest.keyClick(guided.view, Qt.Key.Key_N)
    QTest.mouseClick(bar.back, Qt.MouseButton.LeftButton)  # from the second place to before the first
    assert guided.view.state.viewport == moved
    assert not bar.isVisible()


def test_unticking_a_variant_changes_what_is_said_not_the_view(guided):
    finished(guided)
    shown, place = guided.view.state.viewport, guided.reveal.places[0].region
    guided.workspace.tick(guided.workspace.specs[:2])
    wait_until(lambda: not guided.reveal.busy)
    assert guided.view.state.viewport == shown
    (place_now,) = [p for p in guided.reveal.places if p.region == place]
    assert [change.key for change in place_now.changes] == ["rtn-w4a4"]


def test_another_photo_has_no_place_until_it_was_run(guided):
    finished(guided)
    sentence = guided.place_bar.text.text()
    guided.photos.open_sample()
    assert guided.workspace.photo().name == "letters"
    assert not guided.place_bar.isVisible()
    guided.photos.select(guided.workspace.photos[0].key)
    wait_until(lambda: not guided.reveal.busy)
    assert len(guided.regions.regions) == 1
    assert guided.place_bar.text.text() == sentence  # the place is still drawn, so it is still said
    QTest.keyClick(guided.view, Qt.Key.Key_N)
    assert guided.place_bar.count.text().startswith("place 2 of")
    marked = [(region.x, region.y) for region in guided.regions.regions]
    assert len(set(marked)) == len(marked)  # a place that has its region gets no second one


def test_a_second_photo_of_the_same_size_is_shown_whole_and_guided_too(guided):
    finished(guided)
    first, place = guided.workspace.current, guided.view.state.viewport
    guided.photos.open_sample()
    assert guided.view.state.fitted
    finished(guided)
    assert len(guided.regions.regions) == 1
    assert guided.place_bar.isVisible()
    assert not guided.view.state.fitted
    guided.photos.select(first)
    assert guided.view.state.viewport == place


def test_the_guide_can_be_switched_off(window):
    finished(window)
    assert window.regions.regions == ()
    assert window.view.state.fitted
    window.action_set.trigger("guide")
    assert window.preferences.value.reveal_after_run


def test_places_keep_their_numbers_while_another_photo_is_shown(guided):
    finished(guided)
    places = guided.reveal.places
    assert len(places) > 2
    QTest.keyClick(guided.view, Qt.Key.Key_N)
    guided.photos.open_sample()
    guided.photos.select(guided.workspace.photos[0].key)
    wait_until(lambda: not guided.reveal.busy)
    assert guided.place_bar.count.text().startswith("place 2 of")
    QTest.keyClick(guided.view, Qt.Key.Key_N)
    assert guided.place_bar.count.text().startswith("place 3 of")
    assert [place.region for place in guided.reveal.places] == [place.region for place in places]


def test_beside_numbers_against_the_truth_the_sentence_says_what_it_is_against(guided):
    finished(guided)
    text = guided.place_bar.text
    assert "Against" not in text.text()
    guided.measure.set_reference(GROUND_TRUTH)
    wait_until(lambda: not guided.measure.busy)
    assert text.text().endswith("(Against full precision.)")
    guided.measure.set_reference(FULL_PRECISION)
    wait_until(lambda: not guided.measure.busy)
    assert "Against" not in text.text()


def test_the_region_of_a_place_is_active_again_in_an_opened_session(guided, tmp_path):
    finished(guided)
    sentence = guided.place_bar.text.text()
    path = tmp_path / "a.qdit4sr"
    save_session(session_of(guided.workspace, guided.sessions.state()), path)
    guided.sessions.show(load_session(path))
    wait_until(lambda: not guided.reveal.busy)
    assert guided.place_bar.text.text() == sentence
    assert guided.regions.active == 0


@pytest.mark.parametrize("mode", ["grid", "wipe", "blink"])
def test_the_names_of_panes_do_not_cover_the_place(guided, mode):
    finished(guided)
    view, ratio = guided.view, guided.devicePixelRatioF()
    view.set_mode(mode)
    keys = [image.key for image in view.images]
    guided.action_set.trigger("next_place")
    for lines in (1, 3, 2, 0):  # numbers come when they are measured, or go
        view.set_headlines(
            {key: " · ".join(["texture lost 60 % and more of it still"] * lines) for key in keys}
        )
        (region,) = view.regions
        top = view.state.viewport.to_device(region.x, region.y, view.state.pane)[1] / ratio
        bottom = view.state.viewport.to_device(region.right, region.bottom, view.state.pane)[1] / ratio
        assert top >= view.chip_bottom() > 0
        assert bottom <= view.state.pane[1] / ratio
        view.grab()
        if mode == "grid":
            assert view.chip_bottom() == max(pane._chip.bottom() for pane in view.grid.image_panes)
    view.state.move_to(view.state.viewport.panned(5.0, 0.0))
    moved = view.state.viewport
    view.set_headlines(dict.fromkeys(keys, "a · b · c"))
    assert view.state.viewport == moved
