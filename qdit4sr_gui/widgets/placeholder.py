"""What stands in a list while it is empty."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QAbstractItemView, QLabel, QVBoxLayout


def placeholder(view: QAbstractItemView, text: str) -> QLabel:
    """A pale sentence in the middle of a view; the owner hides it once there is something to see."""
    label = QLabel(text)
    label.setWordWrap(True)
    label.setAlignment(Qt.AlignmentFlag.AlignCenter)
    label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
    label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
    layout = QVBoxLayout(view.viewport())
    layout.setContentsMargins(16, 16, 16, 16)
    layout.addWidget(label)
    return label
