"""Keeps a window inside its screen, whatever its size was on another one or at another scale."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtWidgets import QDialog, QWidget

_FRAME = 30
"""Room above for the title bar that a window manager adds."""


def fitted(window: QRect, screen: QRect) -> QRect:
    """The window's rectangle, reduced and moved as little as needed to lie inside the screen's."""
    width, height = min(window.width(), screen.width()), min(window.height(), screen.height() - _FRAME)
    x = min(max(window.x(), screen.left()), screen.right() + 1 - width)
    y = min(max(window.y(), screen.top() + _FRAME), screen.bottom() + 1 - height)
    return QRect(x, y, width, height)


def fit_to_screen(window: QWidget) -> None:
    """Make a window that is larger than its screen smaller, and bring one outside back."""
    if window.isMaximized() or window.isFullScreen():
        return
    wanted = fitted(window.geometry(), window.screen().availableGeometry())
    if wanted != window.geometry():
        window.setGeometry(wanted)


def open_dialog(dialog: QDialog) -> None:
    """Open a dialog, smaller than it would like to be where the screen has less room."""
    dialog.ensurePolished()
    screen = dialog.screen().availableGeometry().size() - QSize(0, _FRAME)
    wanted = dialog.size() if dialog.testAttribute(Qt.WidgetAttribute.WA_Resized) else dialog.sizeHint()
    dialog.resize(wanted.boundedTo(screen))
    dialog.open()
