import threading
from types import SimpleNamespace

import numpy as np
import pytest

from qdit4sr_core.errors import OutputError
from qdit4sr_core.figures import FigureOptions
from qdit4sr_core.progress import stop_if
from qdit4sr_core.session import load_session
from qdit4sr_gui.controllers import exports
from tests.e2e.waiting import wait_until


def test_a_session_that_cannot_be_kept_is_told_once(fakes, studio, tmp_path):
    fakes.add_photo()
    closed = tmp_path / "file"
    closed.write_bytes(b"")
    filed = []
    studio.exports.sessionFiled.connect(filed.append)
    for _ in range(2):
        studio.exports.autosave(closed / "last.qdit4sr")
        wait_until(lambda: not studio.exports._tasks.busy)
    assert len(fakes.ask.failed) == 1
    told = str(fakes.ask.failed[0])
    assert "The session" in told  # nobody chose the folder: it alone would say nothing
    assert "last.qdit4sr could not be written" in told
    studio.exports.autosave(tmp_path / "last.qdit4sr")
    wait_until(lambda: filed)
    studio.exports.autosave(closed / "last.qdit4sr")
    wait_until(lambda: len(fakes.ask.failed) == 2)


def test_a_home_that_cannot_be_written_to_is_told_as_the_place_of_the_session(fakes, studio, tmp_path):
    fakes.add_photo()
    (tmp_path / "home").write_bytes(b"")
    with pytest.raises(OutputError, match=r"^The session .*last\.qdit4sr could not be written: "):
        studio.exports.save_at_close(tmp_path / "home" / "data" / "last.qdit4sr")
    studio.exports.save_at_close(tmp_path / "new" / "data" / "last.qdit4sr")
    assert (tmp_path / "new" / "data" / "last.qdit4sr").is_file()


def test_a_preview_that_is_stale_before_its_turn_is_never_drawn(fakes, studio, monkeypatch):
    fakes.add_photo()
    drawn, shown, hold = [], [], threading.Event()

    def figure(_session, options, cancelled, **_named):
        drawn.append(options.dpi)
        hold.wait(10)
        return SimpleNamespace(render=lambda: np.zeros((1, 1, 3), np.uint8), note="")

    monkeypatch.setattr(exports, "session_figure", figure)
    for dpi in (50, 60, 70, 80):
        studio.exports.draw_figure(FigureOptions(dpi=dpi), shown.append, fakes.ask.fail)
    wait_until(lambda: drawn)
    hold.set()
    wait_until(lambda: shown)
    assert set(drawn) <= {50, 80}  # what waited was left out
    assert len(shown) == 1
    assert not fakes.ask.failed


def test_a_closed_dialog_stops_its_preview(fakes, studio, monkeypatch):
    fakes.add_photo()
    begun, told, hold = threading.Event(), [], threading.Event()

    def figure(_session, options, cancelled, **_named):
        begun.set()
        hold.wait(10)
        told.append(cancelled())
        stop_if(cancelled)

    monkeypatch.setattr(exports, "session_figure", figure)
    shown = []
    studio.exports.draw_figure(FigureOptions(), shown.append, fakes.ask.fail)
    wait_until(begun.is_set)
    studio.exports.forget_previews()
    hold.set()
    wait_until(lambda: told)
    assert told == [True]
    assert shown == fakes.ask.failed == []


@pytest.fixture
def asked(fakes, monkeypatch):
    """The answers that were offered, each time; `fakes.ask.chosen` is taken."""
    offered = []

    def choose(_question, answers):
        offered.append(tuple(answers))
        return fakes.ask.chosen

    monkeypatch.setattr(fakes.ask, "choose", choose)
    return offered


@pytest.fixture
def settle(fakes, studio):
    return lambda: wait_until(lambda: not (fakes.tasks.busy or studio.runs.busy or studio.measure.busy))


@pytest.fixture
def save(studio, settle, tmp_path):
    def save_it(name="mine.qdit4sr"):
        studio.exports.save_session(tmp_path / name)
        settle()
        return tmp_path / name

    return save_it


@pytest.fixture
def run(fakes, studio, settle):
    fakes.add_photo()

    def run_it():
        studio.runs.run_current()
        settle()

    run_it()
    return run_it


def in_file(path):
    return [result.variant for photo in load_session(path).photos for result in photo.results]


def test_a_session_keeps_results_of_variants_that_are_not_ticked(studio, run, save, asked, settle):
    specs = studio.workspace.specs
    studio.workspace.tick(specs[:2])
    path = save()
    assert in_file(path) == list(specs)
    assert load_session(path).variants == specs[:2]
    studio.workspace.tick(specs)
    assert not studio.exports.unsaved_work
    studio.exports.open_session(path)
    settle()
    studio.workspace.tick(specs)
    assert studio.workspace.missing(studio.workspace.photo()) == ()
    assert asked == []


def test_a_file_loses_results_only_after_a_question(fakes, studio, run, save, asked, tmp_path):
    path = save()
    studio.preferences.change(seed=5)
    save()
    assert asked == [("Save session as…", "Save without them")]
    assert len(in_file(path)) == 3
    fakes.ask.chosen, fakes.ask.paths = 0, [tmp_path / "other.qdit4sr"]
    save()
    assert (len(in_file(path)), in_file(tmp_path / "other.qdit4sr")) == (3, [])
    assert studio.exports.session_file == tmp_path / "other.qdit4sr"
    save()  # not the session that is open: the file dialog has asked
    assert len(asked) == 2


def test_results_that_a_file_lost_are_unsaved_where_they_are_shown_again(fakes, studio, run, save, asked):
    path = save()
    studio.preferences.change(seed=5)
    fakes.ask.chosen = 1
    save()
    assert in_file(path) == []
    assert not studio.exports.unsaved_work
    studio.preferences.change(seed=0)
    assert studio.workspace.missing(studio.workspace.photo()) == ()
    assert studio.exports.unsaved_work
    save()
    assert len(in_file(path)) == 3
    assert not studio.exports.unsaved_work


def test_a_run_that_was_begun_anew_and_cancelled_takes_nothing_from_the_file(
    fakes, studio, run, save, asked, settle
):
    path = save()
    fakes.inference.going.clear()
    studio.workspace.forget_results(studio.workspace.photo())
    studio.runs.run_current()
    studio.runs.cancel()
    settle()
    save()
    assert len(asked) == 1
    assert len(in_file(path)) == 3


def test_what_a_session_cannot_hold_is_not_offered_to_be_saved(fakes, studio, run, save, asked):
    studio.preferences.change(seed=5)
    run()
    fakes.ask.chosen = 0
    assert studio.exports.ask_to_lose("Close") == 0
    save()
    assert studio.exports.unsaved_work  # those of the seed before
    assert studio.exports.ask_to_lose("Close") == 1
    assert asked == [("Save session…", "Close"), ("Close",)]


def test_results_made_anew_while_a_session_waits_to_be_saved_are_unsaved(
    fakes, studio, run, settle, tmp_path
):
    gate = threading.Event()
    fakes.tasks.submit(lambda _cancelled: gate.wait(10), lambda _: None, fakes.ask.fail)
    before = studio.exports.session_maker()
    studio.exports.save_session(path := tmp_path / "mine.qdit4sr")
    studio.workspace.forget_results(studio.workspace.photo())
    studio.runs.run_current()
    wait_until(lambda: not studio.runs.busy)
    gate.set()
    settle()
    assert in_file(path) == list(studio.workspace.specs)
    assert len(before().photos[0].results) == 3
    assert studio.exports.unsaved_work


def test_a_save_that_ends_after_its_session_was_left_is_not_the_file_of_the_next(
    fakes, studio, run, settle, tmp_path
):
    gate = threading.Event()
    fakes.tasks.submit(lambda _cancelled: gate.wait(10), lambda _: None, fakes.ask.fail)
    studio.exports.save_session(tmp_path / "big.qdit4sr")
    studio.photos.remove_all()
    fakes.add_photo("other.png", seed=3)
    gate.set()
    settle()
    assert len(in_file(tmp_path / "big.qdit4sr")) == 3
    assert studio.exports.session_file is None


def test_photos_that_come_back_have_their_session_again(fakes, studio, run, save):
    path = save()
    studio.photos.remove_all()
    assert studio.exports.session_file is None
    assert not studio.exports.unsaved_work  # nothing is left that could be saved
    studio.workspace.removals.undo()
    assert studio.exports.session_file == path
    assert not studio.exports.unsaved_work
    studio.photos.remove_all()
    fakes.add_photo("other.png", seed=3)
    studio.workspace.removals.undo()
    assert studio.exports.session_file is None


def test_without_photos_there_is_no_unsaved_work(studio, run):
    assert studio.exports.unsaved_work
    studio.photos.remove_all()
    assert not studio.exports.unsaved_work


def test_a_session_opened_by_another_spelling_is_not_saved_over_first(
    fakes, studio, run, save, asked, tmp_path
):
    save()
    studio.regions.add(0, 0, 9, 9)
    (tmp_path / "link").symlink_to(tmp_path)
    studio.exports.ask_then_open(tmp_path / "link" / "mine.qdit4sr")
    wait_until(lambda: asked)
    assert asked == [("Save session…", "Open without saving")]
