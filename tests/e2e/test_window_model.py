"""A user brings a model: from the menu or by dropping its folder, checked before it is used."""

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialogButtonBox, QFileDialog

from qdit4sr_gui.dialogs.preferences import PreferencesDialog
from qdit4sr_gui.window.main_window import MainWindow
from qdit4sr_gui.work.inference import load_chosen

from .test_window_run import photo

LEFT, NO_KEYS = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


@pytest.fixture
def studio(qtbot, tiny_model, store, monkeypatch):
    """A window that starts with the tiny model and loads every other one from its folder."""

    def load(choice, progress, cancelled):
        return load_chosen(choice, progress, cancelled) if choice.folder else tiny_model

    failures = []
    monkeypatch.setattr("qdit4sr_gui.window.questions.show_failure_box", lambda w, s, d: failures.append(s))
    window = MainWindow(load_model=load, store=store)
    window.failures = failures
    window.show()
    qtbot.waitUntil(lambda: window.workspace.model_hash == "tiny", timeout=30000)
    yield window
    window.close()


def drop(widget, *paths):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    enter = QDragEnterEvent(QPoint(9, 9), Qt.DropAction.CopyAction, data, LEFT, NO_KEYS)
    QApplication.sendEvent(widget, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(widget, QDropEvent(QPointF(9, 9), Qt.DropAction.CopyAction, data, LEFT, NO_KEYS))


def open_dialog(window):
    found = window.findChildren(PreferencesDialog)
    return found[-1] if found else None


def said(dialog):
    return dialog.model.report.toPlainText()


def ok_button(dialog):
    return dialog.findChild(QDialogButtonBox).button(QDialogButtonBox.StandardButton.Ok)


def test_a_dropped_model_folder_is_checked_then_used(studio, qtbot, tiny_model_folder, run):
    window = studio
    drop(window.view.grid.panes[0], tiny_model_folder)
    dialog = open_dialog(window)
    assert not ok_button(dialog).isEnabled()  # nothing is applied before the check
    qtbot.waitUntil(lambda: "complete nano model" in said(dialog), timeout=20000)
    assert dialog.model.state.text() == "This model can be run."
    QTest.mouseClick(ok_button(dialog), LEFT)
    qtbot.waitUntil(lambda: window.workspace.model_hash not in ("", "tiny"), timeout=30000)
    assert window.store.preferences().model == str(tiny_model_folder)
    assert [p.name for p in window.workspace.photos] == ["raccoon"]
    run(window)
    assert window.workspace.done(window.workspace.photo()) == 3
    window.action_set.trigger("bundled_model")
    qtbot.waitUntil(lambda: window.workspace.model_hash == "tiny", timeout=30000)
    assert window.workspace.done(window.workspace.photo()) == 0  # results of one model are not the other's
    assert window.failures == []


def test_a_published_folder_shows_every_finding(studio, qtbot, tmp_path, monkeypatch):
    pytest.importorskip("diffusers")
    from tests.published_folders import write_published

    folder = write_published(tmp_path, text=False)
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *given: str(folder))
    studio.action_set.trigger("open_model")
    dialog = open_dialog(studio)
    qtbot.waitUntil(lambda: "235 tensors" in said(dialog), timeout=30000)
    assert "VAE" in said(dialog)
    assert ok_button(dialog).isEnabled()
    dialog.model.base.setText(str(tmp_path))
    qtbot.waitUntil(lambda: "is no Stable Diffusion 3.5 folder" in " ".join(said(dialog).split()))
    assert not ok_button(dialog).isEnabled()
    dialog.reject()


def test_a_wrong_folder_says_its_one_sentence(studio, qtbot, tmp_path):
    studio.action_set.trigger("preferences")
    dialog = open_dialog(studio)
    for folder, words in ((tmp_path / "gone", "does not exist"), (tmp_path, "is not a DiT4SR model")):
        dialog.model.folder.setText(str(folder))
        assert not ok_button(dialog).isEnabled()
        qtbot.waitUntil(lambda words=words: words in said(dialog), timeout=20000)
        assert "\n" not in said(dialog)
        assert not ok_button(dialog).isEnabled()
    dialog.model.folder.clear()
    qtbot.waitUntil(ok_button(dialog).isEnabled)
    dialog.reject()
    assert studio.preferences.value.model == ""


def test_a_folder_of_photos_beside_a_quantized_file(studio, qtbot, tmp_path):
    photo(tmp_path / "mine.png")
    (tmp_path / "w4.safetensors").touch()
    drop(studio.view.grid.panes[0], tmp_path, tmp_path / "w4.safetensors")
    qtbot.waitUntil(lambda: studio.workspace.photo().name == "mine.png")
    assert open_dialog(studio) is None
    assert studio.variants_panel.specs()[-1] == f"artifact:{tmp_path / 'w4.safetensors'}"
