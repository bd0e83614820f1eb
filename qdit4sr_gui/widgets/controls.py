"""What every control needs: an accessible name, a width that lets docks shrink, readable texts."""

from __future__ import annotations

import re

from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QComboBox, QWidget


def sequence_text(key: str) -> str:
    """A key as the platform writes it."""
    return QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)


def plain_text(text: str) -> str:
    """A menu text without its access key ("&Open", "打开(&O)") and without dots at the end."""
    return re.sub(r"\(&.\)", "", text).replace("&", "").rstrip("….")


def narrow(box: QComboBox, characters: int = 8) -> None:
    """Let a combo box be narrower than its longest entry, so that its dock can be."""
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMinimumContentsLength(characters)


def name_control(widget: QWidget, name: str, tip: str = "") -> QWidget:
    """Give a control its accessible name, and a tool tip."""
    widget.setAccessibleName(name)
    widget.setToolTip(tip or name)
    return widget
