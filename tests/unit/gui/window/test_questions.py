"""The ending of an exported file."""

from pathlib import Path

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QFileDialog, QWidget

from qdit4sr_core.figures.animation import KINDS
from qdit4sr_gui.controllers.file_kinds import ANIMATIONS
from qdit4sr_gui.window.questions import Questions, with_ending
from qdit4sr_gui.window.settings import SettingsStore

FILTERS = "PNG (*.png);;PDF (*.pdf);;SVG (*.svg)"


@pytest.mark.parametrize(
    ("typed", "kind", "written"),
    [
        ("comparison.png", "PDF (*.pdf)", "comparison.pdf"),  # the offered name, another kind chosen
        ("comparison.png", "PNG (*.png)", "comparison.png"),
        ("mine.svg", "PNG (*.png)", "mine.svg"),  # an ending typed by hand wins
        ("mine", "SVG (*.svg)", "mine.svg"),
        ("w4.a4", "PDF (*.pdf)", "w4.a4.pdf"),
        ("mine", "", "mine"),
    ],
)
def test_the_ending(typed: str, kind: str, written: str) -> None:
    assert with_ending(Path("out") / typed, "comparison.png", kind, FILTERS) == Path("out") / written


@pytest.mark.parametrize("kind", KINDS)
def test_every_ending_of_an_animation_can_be_typed(kind: str) -> None:
    typed = Path(f"mine.{kind}")
    assert with_ending(typed, "blink.gif", "GIF (*.gif)", ANIMATIONS) == typed


def test_a_kind_may_have_several_endings() -> None:
    kind, filters = "JPEG (*.jpg *.jpeg)", "PNG (*.png);;JPEG (*.jpg *.jpeg)"
    for typed, written in (
        ("a.jpeg", "a.jpeg"),
        ("a.JPG", "a.JPG"),
        ("a", "a.jpg"),
        ("offered.png", "offered.jpg"),
    ):
        assert with_ending(Path(typed), "offered.png", kind, filters) == Path(written)


def test_a_save_dialog_opens_where_something_was_saved_last(qtbot, tmp_path, monkeypatch):
    (tmp_path / "out").mkdir()
    store = SettingsStore(QSettings(str(tmp_path / "s.ini"), QSettings.Format.IniFormat))
    parent = QWidget()
    qtbot.addWidget(parent)
    ask = Questions(parent, store, lambda *_: None, lambda *_: None)
    starts = []

    def choose(_parent, _title, offered, *_):
        starts.append(offered)
        return str(tmp_path / "out" / Path(offered).name), "PNG (*.png)"

    def choose_folder(_parent, _title, start):
        starts.append(start)
        return str(tmp_path)

    monkeypatch.setattr(QFileDialog, "getSaveFileName", choose)
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", choose_folder)
    ask.save_file("Save", "a.png", FILTERS)
    ask.save_file("Save", "b.png", FILTERS)
    ask.folder_for("Results")
    ask.save_file("Save", "c.png", FILTERS)
    assert starts[1:] == [str(tmp_path / "out" / "b.png"), str(tmp_path / "out"), str(tmp_path / "c.png")]
