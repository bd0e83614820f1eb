"""What controls need: an accessible name, a width that lets docks shrink, texts and icons to be read."""

from __future__ import annotations

import re

from PySide6.QtGui import QIcon, QKeySequence
from PySide6.QtWidgets import QComboBox, QDialogButtonBox, QMessageBox, QPushButton, QWidget

from .ellipsis import Ellipsis


def sequence_text(key: str) -> str:
    """A key as the platform writes it."""
    return QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)


def plain_text(text: str) -> str:
    """A menu text without its access key ("&Open", "打开(&O)") and without dots at the end."""
    return re.sub(r"\(&.\)", "", text).replace("&", "").rstrip("….")


def narrow(box: QComboBox, characters: int = 8) -> None:
    """Let a combo box be narrower than its longest entry, so that its dock can be; an ellipsis says so."""
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMinimumContentsLength(characters)
    Ellipsis(box)


def fit_text(button: QPushButton) -> None:
    """Let a button be as narrow as its text, but not narrower: the style wants 80 pixels for any."""
    margin = 2 * button.fontMetrics().averageCharWidth() + 8
    button.setMinimumWidth(button.fontMetrics().horizontalAdvance(button.text()) + margin)


def without_icons(box: QDialogButtonBox | QMessageBox) -> None:
    """Buttons of text alone: the style's cross on Close is black, which nobody sees on a dark one."""
    for button in box.buttons():
        button.setIcon(QIcon())


def name_control(widget: QWidget, name: str, tip: str = "") -> QWidget:
    """Give a control its accessible name, and a tool tip."""
    widget.setAccessibleName(name)
    widget.setToolTip(tip or name)
    return widget
