"""What the help menu says."""

from types import SimpleNamespace

from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QApplication

from qdit4sr_core.engines import kernel
from qdit4sr_gui.commands.menus.help import about
from qdit4sr_gui.commands.shortcut_sheet import _block


def test_about_says_which_kernel_runs_here() -> None:
    said: list[str] = []
    about.run(SimpleNamespace(ask=SimpleNamespace(say=said.append)))  # type: ignore[arg-type]
    (sentence,) = said
    assert kernel.describe() in sentence


def test_keys_stand_at_the_height_of_what_they_do(qapp: QApplication) -> None:
    document = QTextDocument()
    document.setHtml(_block("x", [("Ctrl+O", "打开照片")]))
    document.setTextWidth(400)
    heights = {}
    block = document.begin()
    while block.isValid():
        top = document.documentLayout().blockBoundingRect(block).y()
        if block.layout().lineCount():
            line = block.layout().lineAt(0)
            heights[block.text()] = top + line.y() + line.ascent()
        block = block.next()
    assert abs(heights["Ctrl+O"] - heights["打开照片"]) < 1
