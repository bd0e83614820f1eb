"""Nothing that was computed is lost: questions before, sessions by themselves, photos of any size."""

import re
import threading

import numpy as np
from PIL import Image
from PySide6.QtCore import QPoint, Qt

from qdit4sr_core.file_names import hidden_beside
from qdit4sr_gui.dialogs.crop import CropDialog
from qdit4sr_gui.dialogs.figure import FigureDialog
from qdit4sr_gui.dialogs.method_grid import MethodGridDialog
from qdit4sr_gui.state.autosave_place import AutosavePlace
from qdit4sr_gui.window.main_window import MainWindow

from .test_window_run import photo
from .waiting import wait_until


def small_run(window, tmp_path, count: int = 1):
    """A few tiny photos run by two variants."""
    window.photos.remove_all()
    window.photos.open_paths([photo(tmp_path / f"p{n}.png", 24 + n, n) for n in range(count)])
    wait_until(lambda: len(window.workspace.photos) == count)
    window.variants_panel.set_specs(("fp", "rtn-w4a4"))
    window.action_set.trigger("run_all")
    wait_until(lambda: not window.runs.running)


def test_closing_asks_while_results_are_unsaved(window, tmp_path):
    small_run(window, tmp_path)
    window.answers.append(None)
    assert not window.close()
    assert window.isVisible()
    assert "no session" in window.questions[-1]
    window.exports.save_session(tmp_path / "kept.qdit4sr")
    wait_until(lambda: not window.exports.unsaved_results)
    asked = len(window.questions)
    assert window.store.recent_sessions() == [tmp_path / "kept.qdit4sr"]
    assert window.close()
    assert len(window.questions) == asked


def test_results_are_kept_by_themselves_and_come_back_after_a_crash(window, tmp_path, tiny_model):
    small_run(window, tmp_path, 2)
    wait_until(lambda: window.studio.shell.last_session is not None)
    again = MainWindow(load_model=lambda *given: tiny_model, store=window.store)
    again.show()
    assert again.studio.shell.last_session is None  # a living window's file is its own
    window.life.close()  # as the system does when a program dies
    again.action_set.refresh()
    again.action_set.trigger("reopen_last")
    wait_until(lambda: [p.name for p in again.workspace.photos] == ["p0.png", "p1.png"])
    assert again.workspace.specs == ("fp", "rtn-w4a4")
    assert again.workspace.done(again.workspace.photo()) == 2
    again.close()


def test_what_a_crash_left_is_offered_at_the_next_start(window, tmp_path, tiny_model):
    small_run(window, tmp_path, 2)
    wait_until(lambda: window.studio.shell.last_session is not None)
    saved = window.store.autosave_path()
    left = saved.with_name(f"{saved.stem}-2{saved.suffix}")  # as of another window that was killed
    left.write_bytes(saved.read_bytes())
    hidden_beside(left, ".lock").touch()
    again = MainWindow(load_model=lambda *given: tiny_model, store=window.store)
    again.show()
    bar = again.left_behind_bar
    wait_until(bar.isVisible)
    assert "ended without being closed" in bar.text.text()
    assert not again.hint.isVisible()
    bar.reopen.click()
    wait_until(lambda: [p.name for p in again.workspace.photos] == ["p0.png", "p1.png"])
    assert again.workspace.done(again.workspace.photo()) == 2
    assert not bar.isVisible()
    again.close()
    later = MainWindow(load_model=lambda *given: tiny_model, store=window.store)
    later.show()
    wait_until(lambda: later.workspace.model_hash != "")
    assert not later.left_behind_bar.isVisible()  # that one was closed
    later.close()


def test_a_run_after_a_crash_does_not_write_over_what_the_crash_left(window, tmp_path, tiny_model):
    small_run(window, tmp_path, 2)
    wait_until(lambda: window.studio.shell.last_session is not None)
    left = window.store.autosave_path()
    window.life.close()
    hidden_beside(left, ".lock").touch()  # as of a program that was killed
    again = MainWindow(load_model=lambda *given: tiny_model, store=window.store)
    again.show()
    wait_until(again.left_behind_bar.isVisible)
    before = left.read_bytes()
    small_run(again, tmp_path)
    own = left.with_name(f"{left.stem}-2{left.suffix}")
    wait_until(own.exists)
    assert left.read_bytes() == before
    window.answers.append(1)  # without saving
    again.action_set.refresh()
    again.action_set.trigger("reopen_last")
    wait_until(lambda: [p.name for p in again.workspace.photos] == ["p0.png", "p1.png"])
    again.close()
    assert not AutosavePlace(left).left_behind()


def test_a_session_lists_the_unticked_variants_whose_results_it_holds(window, tmp_path):
    small_run(window, tmp_path)
    window.variants_panel.list.item(1).setCheckState(Qt.CheckState.Unchecked)
    path = tmp_path / "work.qdit4sr"
    window.exports.save_session(path)
    wait_until(lambda: window.store.recent_sessions() == [path])
    window.variants_panel.set_specs(("fp",))
    window.exports.open_session(path)
    wait_until(lambda: len(window.variants_panel.listed()) == 2)
    ticks = [(spec, ticked) for spec, _, ticked in window.variants_panel.listed()]
    assert ticks == [("fp", True), ("rtn-w4a4", False)]
    assert window.workspace.specs == ("fp",)
    window.variants_panel.list.item(1).setCheckState(Qt.CheckState.Checked)
    assert window.workspace.done(window.workspace.photo()) == 2


def test_results_are_saved_while_a_run_goes_on(window, tmp_path, monkeypatch):
    small_run(window, tmp_path)
    wait_until(lambda: window.studio.shell.last_session is not None)
    saved = window.store.autosave_path()
    before = saved.stat().st_mtime_ns
    monkeypatch.setattr(type(window.runs), "running", property(lambda _: True))
    monkeypatch.setattr("qdit4sr_gui.window.session_life.RUN_REST_MS", 1)
    window.regions.add(3, 4, 20, 30, "late")
    wait_until(lambda: saved.stat().st_mtime_ns != before)


def test_not_now_is_said_once(window, tiny_model):
    left = window.store.autosave_path()
    left.parent.mkdir(parents=True, exist_ok=True)
    left.write_bytes(b"")
    hidden_beside(left, ".lock").touch()
    for shown in (True, False):
        again = MainWindow(load_model=lambda *given: tiny_model, store=window.store)
        again.show()
        wait_until(lambda again=again: again.workspace.model_hash != "")
        assert again.left_behind_bar.isVisible() == shown
        again.left_behind_bar.close_button.click()
        again.close()


def reopened(window, tiny_model):
    """Another start of the program, with the last session open again."""
    again = MainWindow(load_model=lambda *given: tiny_model, store=window.store)
    again.show()
    again.action_set.refresh()
    again.action_set.trigger("reopen_last")
    wait_until(lambda: [p.name for p in again.workspace.photos] == ["p0.png", "p1.png"])
    return again


def test_the_last_session_is_what_was_closed_and_unsaved_work_in_it_is_asked_about(
    window, tmp_path, tiny_model
):
    small_run(window, tmp_path, 2)
    wait_until(lambda: window.studio.shell.last_session is not None)
    window.photos.select(window.workspace.photos[0].key)
    window.regions.add(3, 4, 20, 30, "late")
    window.close()  # without saving
    again = reopened(window, tiny_model)
    assert again.workspace.photo().name == "p0.png"
    assert [(r.x, r.y, r.name) for r in again.regions.regions] == [(3, 4, "late")]
    asked = len(window.questions)
    window.answers.append(None)
    assert not again.close()
    assert "no session" in window.questions[asked]
    again.exports.save_session(tmp_path / "mine.qdit4sr")
    wait_until(lambda: not again.exports.unsaved_work)
    assert again.close()
    assert len(window.questions) == asked + 1
    third = reopened(window, tiny_model)  # all of it is in a session of the user's
    assert [r.name for r in third.regions.regions] == ["late"]
    assert not third.exports.unsaved_work
    third.regions.add(0, 0, 9, 9)
    window.answers.append(None)
    assert not third.close()
    third.close_at_once()


def test_regions_stay_where_they_are_when_a_smaller_photo_is_opened(window, tmp_path):
    first = window.workspace.photo()
    width, height = window.view.canvas_size
    window.regions.add(width - 40, height - 30, 40, 30, "corner")
    window.regions.add(0, 0, width, 20, "edge")
    before = window.regions.history()
    window.photos.open_paths([photo(tmp_path / "small.png", 16)])
    wait_until(lambda: window.workspace.photo().name == "small.png")
    assert window.view.canvas_size == (64, 64)
    assert window.regions.regions == ()
    window.regions.add(0, 0, 99, 99)
    assert window.regions.regions[0].right == 64
    window.photos.select(first.key)
    assert window.regions.history() == before
    assert window.sessions.state().regions[first.key] == before.state[0]


def test_a_session_chosen_among_photos_is_opened(window, tmp_path, monkeypatch):
    small_run(window, tmp_path)
    kept = tmp_path / "mine.qdit4sr"
    window.exports.save_session(kept)
    wait_until(lambda: not window.exports.unsaved_work)
    window.photos.remove_all()
    window.answers.append(1)
    monkeypatch.setattr(window.ask, "open_files", lambda *_: [kept])
    window.action_set.trigger("open")
    wait_until(lambda: [p.name for p in window.workspace.photos] == ["p0.png"])
    assert window.failures == []


def test_opening_a_session_asks_first(window, tmp_path, monkeypatch):
    small_run(window, tmp_path)
    window.exports.save_session(tmp_path / "kept.qdit")
    wait_until(lambda: not window.exports.unsaved_results)
    window.variants_panel.add_spec("rtn-w8a8")
    window.action_set.trigger("run")
    wait_until(lambda: not window.runs.running)
    asked = len(window.questions)
    (tmp_path / "broken.qdit4sr").write_bytes(b"no session")
    window.photos.offer([tmp_path / "broken.qdit4sr"])
    wait_until(lambda: window.failures)
    assert "is not a session file" in window.failures.pop()
    assert len(window.questions) == asked  # nothing would be lost
    window.answers.append(None)
    window.photos.offer([tmp_path / "kept.qdit"])
    wait_until(lambda: len(window.questions) > asked)
    assert "no session" in window.questions[-1]
    assert window.workspace.specs[-1] == "rtn-w8a8"
    monkeypatch.setattr(window.ask, "save_file", lambda *_: tmp_path / "first.qdit4sr")
    window.answers.append(0)  # save it first, then open the other
    window.photos.offer([tmp_path / "kept.qdit"])
    wait_until(lambda: "rtn-w8a8" not in window.workspace.specs)
    assert (tmp_path / "first.qdit4sr").exists()
    assert window.failures == []


def test_a_large_photo_is_asked_about_at_once_and_a_part_becomes_a_photo(window, tmp_path, qtbot):
    path = tmp_path / "large.png"
    Image.fromarray(np.random.default_rng(0).integers(0, 255, (900, 1200, 3), np.uint8)).save(path)
    window.answers.append(0)
    window.photos.open_paths([path])
    wait_until(lambda: window.findChildren(CropDialog))
    assert "1200 × 900" in window.questions[-1]
    dialog = window.findChildren(CropDialog)[0]
    picture = dialog.picture
    first = QPoint(picture.width() // 2, picture.height() // 2)
    last = first + QPoint(40, 30)
    qtbot.mousePress(picture, Qt.MouseButton.LeftButton, pos=first)
    qtbot.mouseMove(picture, last)
    qtbot.mouseRelease(picture, Qt.MouseButton.LeftButton, pos=last)
    part = dialog.part()
    assert 0 < part.width() < 256
    dialog._accept()
    made = window.workspace.photo()
    assert made.image.size == (part.width(), part.height())
    assert made.name.startswith("large (")
    assert "large.png" not in [p.name for p in window.workspace.photos]
    window.action_set.trigger("undo")
    assert "large.png" in [p.name for p in window.workspace.photos]


def test_a_large_photo_can_be_reduced_first(window, tmp_path):
    path = tmp_path / "large.png"
    Image.fromarray(np.zeros((1000, 1500, 3), np.uint8)).save(path)
    window.answers.append(1)
    window.photos.open_paths([path])
    wait_until(lambda: "1024×683" in window.workspace.photo().name)
    assert window.workspace.photo().image.size == (1024, 683)


def test_the_cost_of_a_run_is_told_before(window, tmp_path):
    small_run(window, tmp_path)
    window.variants_panel.add_spec("rtn-w8a8")
    tip = window.action_set["run"].toolTip()
    assert re.search(r"About [\d.]+ s and [\d.]+ (MB|GB)$", tip), tip


def test_a_grid_of_ticks_adds_fifteen_variants_in_six_clicks(window):
    window.variants_panel.set_specs(("fp", "rtn-w4a4"))
    window.action_set.trigger("method_grid")
    dialog = window.findChildren(MethodGridDialog)[0]
    for row in range(3):
        dialog.grid.verticalHeader().sectionClicked.emit(row)
    assert len(dialog.variants()) == 14  # one of them was there before
    dialog._accept()
    assert len(window.workspace.specs) == 16
    assert len(set(window.workspace.specs)) == 16


def test_variants_and_presets_are_remembered(window, tiny_model):
    window.variants_panel.set_specs(("fp", "rtn-w3a3"))
    window.variants_panel.keep_preset("My two")
    again = MainWindow(load_model=lambda *given: tiny_model, store=window.store)
    assert again.workspace.specs == ("fp", "rtn-w3a3")
    assert again.variants_panel.preset.currentText() == "My two"
    again.variants_panel._forget_preset()
    assert window.store.presets() == ()
    again.close_at_once()


def test_the_figure_dialog_chooses_panels_names_and_photos(window, tmp_path):
    small_run(window, tmp_path, 2)
    window.action_set.trigger("export_figure")
    dialog = window.findChildren(FigureDialog)[0]
    panels = dialog.contents.panels
    shown = [panels.item(row).text() for row in range(panels.count())]
    assert shown == ["LR photo", "Full precision", "RTN W4A4"]
    panels.item(0).setCheckState(Qt.CheckState.Unchecked)
    panels.item(2).setText("Baseline")
    dialog.contents.photos.item(1).setCheckState(Qt.CheckState.Unchecked)
    options = dialog.options()
    assert options.panels == ("Full precision", "RTN W4A4")
    assert options.labels == (("RTN W4A4", "Baseline"),)
    assert len(options.photos) == 1
    offered = []
    for layout in ("grid", "photos", "strip"):
        dialog.layout_box.setCurrentIndex(dialog.layout_box.findData(layout))
        offered.append(dialog.contents.photos.isEnabled())
    assert offered == [False, True, False]  # other layouts show one photo, whatever is ticked
    dialog.reject()


def test_a_session_saved_over_before_it_is_opened_again_is_read_again(window, tmp_path, monkeypatch):
    small_run(window, tmp_path)
    path = tmp_path / "mine.qdit4sr"
    window.exports.save_session(path)
    wait_until(lambda: not window.exports.unsaved_work)
    window.regions.add(3, 4, 20, 30, "new")
    monkeypatch.setattr(window.ask, "save_file", lambda *_: path)
    window.answers.append(0)  # save it first, to the same file
    window.exports.ask_then_open(path)
    wait_until(lambda: "is open" in window.status_panel.currentMessage())
    assert [region.name for region in window.regions.regions] == ["new"]
    assert not window.exports.unsaved_work


def test_a_session_that_was_only_looked_at_is_not_asked_about(window, tmp_path):
    small_run(window, tmp_path, 2)
    window.photos.select(window.workspace.photos[0].key)
    window.exports.save_session(tmp_path / "mine.qdit4sr")
    wait_until(lambda: not window.exports.unsaved_work)
    window.preferences.change(reveal_after_run=True)
    window.exports.ask_then_open(tmp_path / "mine.qdit4sr")
    opened = [photo.key for photo in window.workspace.photos]
    wait_until(lambda: [photo.key for photo in window.workspace.photos] != opened)
    for _ in window.workspace.photos:
        wait_until(lambda: window.reveal.places and not window.reveal.busy and not window.measure.busy)
        assert window.regions.regions == ()
        assert window.view.state.fitted
        window.photos.step(1)
    assert not window.exports.unsaved_work
    asked = len(window.questions)
    assert window.close()
    assert len(window.questions) == asked


def test_a_session_is_saved_to_its_file_and_elsewhere_when_that_is_asked_for(window, tmp_path, monkeypatch):
    small_run(window, tmp_path)
    offered, given = [], [tmp_path / "two.qdit4sr", tmp_path / "three.qdit4sr"]

    def choose(_title, name, _kinds):
        offered.append(name)
        return given.pop(0)

    monkeypatch.setattr(window.ask, "save_file", choose)
    window.action_set.trigger("save_session")
    wait_until(lambda: not window.exports.unsaved_work)
    assert offered == ["p0.qdit4sr"]
    window.regions.add(0, 0, 9, 9)
    window.action_set.trigger("save_session")
    wait_until(lambda: not window.exports.unsaved_work)
    window.exports.ask_then_open(tmp_path / "two.qdit4sr")
    wait_until(lambda: "is open" in window.status_panel.currentMessage())
    assert len(window.regions.regions) == 1
    window.regions.add(9, 9, 9, 9)
    window.action_set.trigger("save_session")
    wait_until(lambda: not window.exports.unsaved_work)
    assert len(offered) == 1
    window.action_set.trigger("save_session_as")
    wait_until((tmp_path / "three.qdit4sr").exists)
    wait_until(lambda: window.exports.session_file == tmp_path / "three.qdit4sr")
    assert offered[1] == str(tmp_path / "two.qdit4sr")
    window.photos.remove_all()
    assert window.exports.session_file is None
    buttons = [action.iconText() for action in window.toolbar.actions()]
    assert "Save session" in buttons


def test_closing_waits_for_what_is_being_written(window, tmp_path):
    small_run(window, tmp_path)
    window.exports.save_session(tmp_path / "mine.qdit4sr")
    wait_until(lambda: not window.exports.unsaved_work)
    asked, gate = len(window.questions), threading.Event()
    window.tasks.submit(lambda _cancelled: gate.wait(10), lambda _: None, window.ask.fail)
    window.exports.save_session(tmp_path / "copy.qdit4sr")
    window.exports.save_results(tmp_path)
    assert not window.close()
    assert "closes when all is written" in window.status_panel.currentMessage()
    gate.set()
    wait_until(lambda: not window.isVisible())
    assert (tmp_path / "copy.qdit4sr").is_file()
    assert len(list(tmp_path.glob("p0-*.png"))) == 3
    assert window.store.recent_sessions()[0] == tmp_path / "copy.qdit4sr"
    assert len(window.questions) == asked


def test_a_window_stays_when_something_cannot_be_written(window, tmp_path):
    small_run(window, tmp_path)
    (tmp_path / "file").touch()
    window.exports.save_session(tmp_path / "file" / "copy.qdit4sr")
    assert not window.close()
    wait_until(lambda: window.failures)
    wait_until(lambda: not window.tasks.busy)
    assert window.isVisible()
    assert window.close()  # after the question


def test_a_window_that_is_closed_at_once_writes_first(window, tmp_path):
    small_run(window, tmp_path)
    window.tasks.submit(lambda _cancelled: threading.Event().wait(0.3), lambda _: None, window.ask.fail)
    window.exports.save_session(tmp_path / "mine.qdit4sr")
    window.close_at_once()
    assert (tmp_path / "mine.qdit4sr").is_file()
    assert not window.isVisible()


def test_closing_without_photos_asks_nothing(window, tmp_path):
    small_run(window, tmp_path)
    window.photos.remove_all()
    asked = len(window.questions)
    assert window.close()
    assert len(window.questions) == asked
