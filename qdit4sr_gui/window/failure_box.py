"""The box that tells what went wrong."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMessageBox, QWidget

from qdit4sr_core.file_names import readable
from qdit4sr_core.version import PROGRAM
from qdit4sr_gui.style.translation import tr
from qdit4sr_gui.widgets.controls import without_icons

MOST_LINES = 10
LONGEST_LINE = 300
"""Characters. More than this, and the box would be larger than the screen, its buttons out of reach."""


def show_failure_box(parent: QWidget, sentence: str, details: str) -> None:
    """A sentence, or one of each of several failures, and behind a button the details to copy.

    What is too long for a box is whole in the details.
    """
    shown = short_enough(sentence)
    if shown != sentence:
        details = f"{sentence}\n\n{details}".strip()
    box = QMessageBox(QMessageBox.Icon.Warning, PROGRAM, shown, parent=parent)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setTextFormat(Qt.TextFormat.PlainText)
    if details:
        box.setDetailedText(details)
        copy = box.addButton(tr("Copy details"), QMessageBox.ButtonRole.ActionRole)
        whole = details if shown != sentence else f"{sentence}\n\n{details}"
        copy.clicked.connect(partial(QGuiApplication.clipboard().setText, whole))
    box.addButton(QMessageBox.StandardButton.Close)
    without_icons(box)
    box.open()


def short_enough(text: str) -> str:
    """The first lines of a text, and how many there are more; long lines lose their middle."""
    lines = [readable(line) for line in text.split("\n")]
    lines = [
        line if len(line) <= LONGEST_LINE else f"{line[: LONGEST_LINE // 2]} … {line[-LONGEST_LINE // 2 :]}"
        for line in lines
    ]
    more = len(lines) - MOST_LINES
    if more > 0:
        lines = [*lines[:MOST_LINES], tr("… and {count} more.", count=more)]
    return "\n".join(lines)
