"""A user feels at home: photos come in every way, keys work everywhere, choices are remembered."""

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QColor, QDragEnterEvent, QDragMoveEvent, QDropEvent, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QLineEdit

from qdit4sr_gui.style.theme import is_dark
from qdit4sr_gui.window.main_window import MainWindow

from .test_window_run import photo
from .waiting import wait_until

LEFT, NO_KEYS = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


def drop_on(widget, point, *paths):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    given = (Qt.DropAction.CopyAction, data, LEFT, NO_KEYS)
    for event in (
        QDragEnterEvent(point, *given),
        QDragMoveEvent(point, *given),
        QDropEvent(QPointF(point), *given),
    ):
        QApplication.sendEvent(widget, event)
        assert event.isAccepted() or isinstance(event, QDragMoveEvent)


def test_a_ground_truth_is_dropped_on_its_photo(window, tmp_path):
    window.photos.offer([photo(tmp_path / "lr.png", 24)])
    wait_until(lambda: window.workspace.photo().name == "lr.png")
    photos = window.queue_panel._list
    place = photos.visualItemRect(photos.item(1)).center()
    drop_on(photos.viewport(), place, photo(tmp_path / "hr.png", 96, 1))
    wait_until(lambda: window.workspace.photo().reference is not None)
    assert len(window.workspace.photos) == 2
    assert "ground truth" in photos.item(1).text()
    QTest.keyClick(window, Qt.Key.Key_T, Qt.KeyboardModifier.ShiftModifier)
    assert window.view.images[-1].label == "Ground truth"
    pane = next(pane for pane in window.view.grid.panes if pane.key == "truth")
    drop_on(pane, pane.rect().center(), photo(tmp_path / "better.png", 96, 2))
    better = np.asarray(Image.open(tmp_path / "better.png"))
    wait_until(lambda: np.array_equal(window.workspace.photo().reference.pixels, better))
    assert window.failures == []


def test_ground_truths_are_paired_by_name(window, tmp_path, monkeypatch):
    (tmp_path / "hr").mkdir()
    for name in ("a", "b"):
        photo(tmp_path / f"{name}.png", 16)
        Image.open(photo(tmp_path / "hr" / f"{name}.png", 64, 3)).save(tmp_path / "hr" / f"{name}.bmp")
        (tmp_path / "hr" / f"{name}.png").unlink()
    window.photos.offer([tmp_path])
    wait_until(lambda: len(window.workspace.photos) == 3)
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *given: str(tmp_path / "hr"))
    window.action_set.trigger("pair_truth")
    wait_until(lambda: all(p.reference is not None for p in window.workspace.photos))


def test_pictures_and_files_are_pasted(window, tmp_path):
    picture = QImage(20, 12, QImage.Format.Format_RGB32)
    picture.fill(QColor(10, 200, 30))
    QApplication.clipboard().setImage(picture)
    QTest.keyClick(window, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    wait_until(lambda: window.workspace.photo().image.pixels.shape == (12, 20, 3))
    assert tuple(window.workspace.photo().image.pixels[3, 3]) == (10, 200, 30)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(photo(tmp_path / "copied.png")))])
    QApplication.clipboard().setMimeData(data)
    QTest.keyClick(window, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    wait_until(lambda: window.workspace.photo().name == "copied.png")
    QApplication.clipboard().setText("only words")
    QTest.keyClick(window, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert window.failures == ["The clipboard holds no picture and no image file."]


def test_a_recent_photo_is_opened_again(window, tmp_path):
    window.photos.offer([photo(tmp_path / "mine.png")])
    wait_until(lambda: window.workspace.photo().name == "mine.png")
    window.photos.remove([window.workspace.current])
    window.recent_menu.aboutToShow.emit()
    (again,) = window.recent_menu.actions()
    assert again.text() == "mine.png"
    again.trigger()
    wait_until(lambda: window.workspace.photo().name == "mine.png")


def test_the_hint_comes_until_it_is_dismissed(window, tiny_model):
    assert window.hint.isVisible()
    close = window.hint.findChildren(type(window.variants_panel.add_button))[-1]
    QTest.mouseClick(close, LEFT)
    assert not window.hint.isVisible()
    again = MainWindow(load_model=lambda *given: tiny_model, store=window.store)
    again.show()
    assert not again.hint.isVisible()
    again.close()


@pytest.mark.parametrize("command", ["run", "run_all"])
def test_the_hint_has_said_what_it_had_to_say_once_something_runs(window, tmp_path, command):
    window.photos.offer([photo(tmp_path / "one.png"), photo(tmp_path / "two.png")])
    wait_until(lambda: window.workspace.photo().name == "one.png")
    assert window.hint.isVisible()
    window.action_set.trigger(command)
    assert not window.hint.isVisible()
    window.runs.cancel()
    wait_until(lambda: not window.runs.running)
    assert not window.preferences.stored.hint_seen


def test_the_hint_waits_for_a_photo_and_a_session_makes_it_pointless(window, tmp_path):
    window.photos.remove_all()
    assert not window.hint.isVisible()
    window.photos.offer([photo(tmp_path / "one.png")])
    wait_until(lambda: window.hint.isVisible())
    window.exports.save_session(tmp_path / "kept.qdit4sr")
    wait_until(lambda: (tmp_path / "kept.qdit4sr").exists())
    window.exports.open_session(tmp_path / "kept.qdit4sr")
    wait_until(lambda: not window.hint.isVisible())
    assert not window.preferences.stored.hint_seen


def test_the_empty_view_says_what_is_being_opened(window, tmp_path):
    window.photos.remove_all()
    empty = window.view.grid.empty
    invitation = empty.image.hint
    assert "Drop a photo" in invitation
    window.photos.offer([photo(tmp_path / "one.png")])
    assert empty.image.hint == "Opening one.png …"
    wait_until(lambda: window.workspace.photos)
    wait_until(lambda: empty.image.hint == invitation)
    (tmp_path / "broken.qdit4sr").write_bytes(b"no session")
    window.exports.open_session(tmp_path / "broken.qdit4sr")
    assert empty.image.hint == "Opening broken.qdit4sr …"
    wait_until(lambda: empty.image.hint == invitation)
    assert window.failures


def test_return_in_the_options_adds_the_variant(window):
    panel = window.variants_panel
    panel.method.setCurrentIndex(panel.method.findData("rtn"))
    panel.options.setText("keep=blocks.0")
    QTest.keyClick(panel.options, Qt.Key.Key_Return)
    assert panel.specs()[-1] == "rtn-w4a4:keep=blocks.0"


@pytest.mark.parametrize("key", [Qt.Key.Key_F1, Qt.Key.Key_Question])
def test_keys_open_the_shortcut_sheet(window, key):
    QTest.keyClick(window, key)
    (sheet,) = [w for w in QApplication.topLevelWidgets() if isinstance(w, QDialog) and w.isVisible()]
    assert sheet.windowTitle() == "Keyboard shortcuts"
    sheet.reject()


def test_the_palette_runs_a_command_from_the_keyboard_alone(window):
    QTest.keyClick(
        window, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    )
    search = next(w for w in window.findChildren(QLineEdit) if w.accessibleName() == "Search commands")
    QTest.keyClicks(search, "loupe")
    QTest.keyClick(search, Qt.Key.Key_Return)
    assert window.view.state.loupe


def test_arrow_keys_belong_to_what_has_the_focus(window, tmp_path):
    window.photos.offer([photo(tmp_path / "second.png")])
    wait_until(lambda: window.workspace.photo().name == "second.png")
    window.activateWindow()
    photos = window.queue_panel._list
    photos.setFocus()
    QTest.keyClick(photos, Qt.Key.Key_Up)
    assert window.workspace.photo().name == "raccoon"
    variants = window.variants_panel.list
    variants.setFocus()
    variants.setCurrentRow(0)
    QTest.keyClick(variants, Qt.Key.Key_Down)
    assert variants.currentRow() == 1
    QTest.keyClick(variants, Qt.Key.Key_Space)
    assert "rtn-w4a4" not in window.variants_panel.specs()
    window.view.setFocus()
    before = window.view.selected
    QTest.keyClick(window.view, Qt.Key.Key_Down)
    assert window.view.selected != before


def test_the_theme_follows_the_system_unless_chosen(window):
    hints = QApplication.styleHints()  # the offscreen platform is light and cannot be told otherwise
    hints.colorSchemeChanged.emit(Qt.ColorScheme.Light)
    assert not is_dark(QApplication.palette())
    window.preferences.set(replace(window.preferences.value, theme="dark"))
    hints.colorSchemeChanged.emit(Qt.ColorScheme.Light)
    assert is_dark(QApplication.palette())


def test_a_preset_and_an_artifact(window, run, tiny_model, tmp_path):
    from qdit4sr_core.quantize import quantize
    from qdit4sr_core.quantize.artifact.format import save_artifact
    from qdit4sr_core.quantize.variants import parse_variant

    path = tmp_path / "small.safetensors"
    save_artifact(quantize(tiny_model.transformer, parse_variant("rtn-w4a8").config), path)
    window.variants_panel.set_specs(("fp",))
    window.photos.offer([path])
    assert window.workspace.specs == ("fp", f"artifact:{path}")
    run(window)
    made = window.view.images[1]
    assert (made.label, made.error) == ("RTN W4A8 (small)", "")
    assert made.pixels is not None
    preset = window.variants_panel.preset
    preset.setCurrentIndex(preset.findData("ablation"))
    preset.activated.emit(preset.currentIndex())
    assert len(window.workspace.specs) == 6


def test_the_preview_of_the_running_variant_is_in_its_pane(window):
    seen = set()
    window.runs.previewChanged.connect(lambda key: seen.add(window.runs.running_spec))
    window.action_set.trigger("run")
    wait_until(lambda: not window.runs.running)
    assert seen == {"fp", "rtn-w4a4", "q-dit4sr-w4a4"}


def test_the_layout_and_choices_are_remembered(window, tiny_model):
    window.docks["plots"].close()
    window.close()
    again = MainWindow(load_model=lambda *given: tiny_model, store=window.store)
    again.show()
    assert not again.docks["plots"].isVisible()
    again.action_set.trigger("reset_layout")
    assert again.docks["plots"].isVisibleTo(again)
    again.close()


def test_results_made_elsewhere_stand_beside_ours(window, run, tmp_path, monkeypatch):
    made = np.random.default_rng(9).integers(0, 256, (96, 96, 3), dtype=np.uint8)
    (tmp_path / "theirs").mkdir()
    Image.fromarray(made).save(tmp_path / "theirs" / "mine.png")
    window.photos.offer([photo(tmp_path / "mine.png")])
    wait_until(lambda: window.workspace.photo().name == "mine.png")
    window.variants_panel.set_specs(("fp",))
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *given: str(tmp_path / "theirs"))
    window.action_set.trigger("load_results")
    assert window.variants_panel.list.item(1).text() == "theirs"
    run(window)
    assert np.array_equal(window.view.images[1].pixels, made)


def test_files_can_be_dropped_anywhere(window, tmp_path):
    panel = window.plots_panel
    drop_on(panel, panel.rect().center(), photo(tmp_path / "mine.png"))
    wait_until(lambda: window.workspace.photo().name == "mine.png")
    photos = window.queue_panel._list
    (tmp_path / "small.safetensors").touch()
    place = photos.visualItemRect(photos.item(0)).center()
    drop_on(photos.viewport(), place, tmp_path / "small.safetensors")
    assert window.workspace.specs[-1] == f"artifact:{tmp_path / 'small.safetensors'}"
    assert window.failures == []


def test_photos_are_removed_together_and_come_back_with_their_results(window, run, qtbot, tmp_path):
    run(window)
    window.photos.open_paths([photo(tmp_path / f"{name}.png", 24, seed) for seed, name in enumerate("abc")])
    qtbot.waitUntil(lambda: len(window.workspace.photos) == 4)
    photos = window.queue_panel._list
    for row, keys in ((0, NO_KEYS), (2, Qt.KeyboardModifier.ControlModifier)):
        place = photos.visualItemRect(photos.item(row)).center()
        qtbot.mouseClick(photos.viewport(), LEFT, keys, place)
    qtbot.keyClick(photos, Qt.Key.Key_Delete)
    assert [p.name for p in window.workspace.photos] == ["a.png", "c.png"]
    assert "2 photos removed" in window.status_panel.currentMessage()
    window.action_set.trigger("undo")
    assert window.status_panel.currentMessage() == "2 photos are back."
    assert [p.name for p in window.workspace.photos][1:] == ["a.png", "b.png", "c.png"]
    assert window.workspace.done(window.workspace.photo()) == 3
    window.action_set.trigger("remove_all")
    assert window.workspace.photos == []
    window.action_set.trigger("undo")
    assert len(window.workspace.photos) == 4
    window.action_set.trigger("redo")
    assert window.workspace.photos == []
    assert "4 photos removed" in window.status_panel.currentMessage()
    assert not window.action_set["redo"].isEnabled()
    window.action_set.trigger("undo")
    assert len(window.workspace.photos) == 4


def test_a_removed_variant_comes_back_where_it_stood(window, qtbot):
    panel = window.variants_panel
    window.regions.add(0, 0, 20, 20)
    panel.list.setCurrentRow(1)
    qtbot.mouseClick(panel.remove_button, LEFT)
    assert window.workspace.specs == ("fp", "q-dit4sr-w4a4")
    assert window.status_panel.currentMessage() == "RTN W4A4 removed. Undo brings it back."
    window.action_set.trigger("undo")
    assert window.workspace.specs == ("fp", "rtn-w4a4", "q-dit4sr-w4a4")
    assert panel.list.currentRow() == 1
    assert window.status_panel.currentMessage() == "RTN W4A4 is back."
    assert len(window.regions.regions) == 1
    window.action_set.trigger("undo")
    assert window.regions.regions == ()
    window.action_set.trigger("redo")
    window.action_set.trigger("redo")
    assert window.workspace.specs == ("fp", "q-dit4sr-w4a4")
    assert len(window.regions.regions) == 1
    assert window.status_panel.currentMessage() == "RTN W4A4 removed. Undo brings it back."
    window.action_set.trigger("undo")
    assert window.workspace.specs == ("fp", "rtn-w4a4", "q-dit4sr-w4a4")


def test_a_preset_is_taken_back_and_chosen_again(window):
    panel = window.variants_panel
    before = window.workspace.specs
    panel.preset.setCurrentIndex(1)
    panel.preset.activated.emit(1)
    chosen = window.workspace.specs
    assert chosen != before
    window.action_set.trigger("undo")
    assert window.workspace.specs == before
    window.action_set.trigger("redo")
    assert window.workspace.specs == chosen
    assert window.status_panel.currentMessage() == "The variants are changed again."


def test_a_file_dropped_on_a_photo_is_a_ground_truth_only_if_its_size_says_so(window, qtbot, tmp_path):
    window.photos.open_paths([photo(tmp_path / "small.png", 24)])
    qtbot.waitUntil(lambda: len(window.workspace.photos) == 2)
    key = window.workspace.current
    window.photos.drop_on_photo(key, photo(tmp_path / "truth.png", 96, 1))
    qtbot.waitUntil(lambda: window.workspace.photo(key).reference is not None)
    assert len(window.workspace.photos) == 2
    window.photos.drop_on_photo(key, photo(tmp_path / "other.png", 31, 2))
    qtbot.waitUntil(lambda: len(window.workspace.photos) == 3)
    assert window.workspace.photo().name == "other.png"
    assert window.failures == []


def test_every_menu_opens_with_alt_and_a_letter_of_its_own(window):
    titles = [action.text() for action in window.menuBar().actions()]
    letters = [title[title.index("&") + 1].upper() for title in titles]
    assert len(set(letters)) == len(titles) == 7
    keys = {key.toString() for action in window.actions() for key in action.shortcuts()}
    assert not keys & {f"Alt+{letter}" for letter in letters}
    recent = [
        a
        for menu in window.menuBar().actions()
        for a in menu.menu().actions()
        if "Recent photos" in a.text().replace("&", "")
    ]
    assert len(recent) == 1


def test_the_zoom_in_the_status_bar_follows_at_once(window):
    window.action_set.trigger("zoom_200")
    assert window.status_panel.pixel.text() == "Zoom 200%"


def test_a_message_stands_beside_the_progress_and_not_under_it(window):
    status = window.status_panel
    status.show_busy("Working")
    status.showMessage("A sentence that is said while something runs")
    assert status.note.isVisible()
    assert status.bar.isVisible()
    assert not status.note.geometry().intersects(status.bar.geometry())
    status.show_idle("Ready")
    assert not status.job.isVisible()
    status.clearMessage()
    assert status.job.isVisible()


def test_no_access_key_stands_twice_in_a_menu(window):
    for menu in window.menuBar().actions():
        texts = [action.text().replace("&&", "") for action in menu.menu().actions() if action.isVisible()]
        keys = [text[text.index("&") + 1].lower() for text in texts if "&" in text]
        twice = {key: [text for text in texts if f"&{key}" in text.lower()] for key in keys}
        assert {key: found for key, found in twice.items() if len(found) > 1} == {}, menu.text()
        assert keys
