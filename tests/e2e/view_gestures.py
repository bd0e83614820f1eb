"""The gestures of a user of the comparison view: wheel, drag, and looking at pixels."""

import numpy as np
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from qdit4sr_gui.views.comparison_view import ComparisonView
from qdit4sr_gui.views.pane import Pane

WIDTH, HEIGHT = 320, 240
LEFT = Qt.MouseButton.LeftButton
NO_KEYS = Qt.KeyboardModifier.NoModifier


def photo(seed: int, width: int = WIDTH, height: int = HEIGHT) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)


def pixels_of(image: QImage) -> np.ndarray:
    image = image.convertToFormat(QImage.Format.Format_RGB32)
    return np.array(image.constBits()).reshape(image.height(), image.width(), 4)[..., 2::-1].copy()


def grabbed(widget: QWidget) -> np.ndarray:
    return pixels_of(widget.grab().toImage())


def wheel(widget: QWidget, position: QPointF, turn: int, modifiers: Qt.KeyboardModifier = NO_KEYS) -> None:
    event = QWheelEvent(
        position,
        widget.mapToGlobal(position),
        QPoint(),
        QPoint(0, turn),
        Qt.MouseButton.NoButton,
        modifiers,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(widget, event)


def drag(
    widget: QWidget,
    start: QPoint,
    end: QPoint,
    button: Qt.MouseButton = LEFT,
    modifiers: Qt.KeyboardModifier = NO_KEYS,
    release: bool = True,
) -> None:
    QTest.mousePress(widget, button, modifiers, start)
    for step in range(1, 5):
        at = start + (end - start) * step / 4
        QTest.mouseMove(widget, at)
        QApplication.processEvents()
    if release:
        QTest.mouseRelease(widget, button, modifiers, end)


def pane_of(view: ComparisonView, key: str) -> Pane:
    return next(pane for pane in view.grid.image_panes if pane.key == key)


def device_point(view: ComparisonView, x: float, y: float) -> QPoint:
    left, top = view.state.viewport.to_device(x, y, view.state.pane)
    return QPoint(round(left), round(top))
