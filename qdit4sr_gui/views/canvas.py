"""The part all panes have in common: the shared viewport moved by mouse and wheel, regions, dropped files."""

from __future__ import annotations

import math
from pathlib import Path

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QCursor,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QEnterEvent,
    QHideEvent,
    QMouseEvent,
    QResizeEvent,
    QShowEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QWidget

from qdit4sr_gui.state.pyramid import Pyramid
from qdit4sr_gui.state.viewport import Size, Viewport, fine_scale, stepped_scale
from qdit4sr_gui.widgets.events_first import EventsFirst

from .pixel_values import VALUES_FROM
from .region_overlay import RegionOverlay
from .view_state import REGION_TOOL, ViewState

WHEEL_NOTCH = 120
_ALONE = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


def moves_alone(held: Qt.KeyboardModifier, *, draws: bool = False) -> bool:
    """Whether the mouse moves one pane and leaves the others: with Alt, or with Ctrl and Shift.

    Window managers may keep Alt and the mouse for moving windows. Where the left button `draws` regions, Ctrl
    and Shift draw a new square one.
    """
    return bool(held & Qt.KeyboardModifier.AltModifier) or (held & _ALONE == _ALONE and not draws)


class Canvas(QWidget):
    """A widget that shows the shared viewport. Subclasses paint; this class moves."""

    clicked = Signal(str)
    doubleClicked = Signal(str)
    filesDropped = Signal(str, list)
    """The pane's key and the local paths."""
    menuRequested = Signal(str, QPoint)
    """The pane's key and the global position."""

    def __init__(self, state: ViewState, key: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        EventsFirst(self, self._take_event)
        self.state = state
        self.key = key
        self.overlay = RegionOverlay(state, lambda: self.viewport)
        self.peeking = False
        """Space is held: the left button pans whatever the tool is."""
        self.drop_target = False
        self._pan_from: QPointF | None = None
        self._pressed_at: QPointF | None = None
        self._wheel_rest = 0.0
        self._watch = QTimer(self, interval=250)
        self._watch.timeout.connect(self._see_whether_left)
        self.setMouseTracking(True)
        self.setAcceptDrops(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMinimumSize(80, 60)
        for signal in (
            state.viewportChanged,
            state.cursorChanged,
            state.regionsChanged,
            state.regionDragging,
            state.appearanceChanged,
        ):
            signal.connect(self.update)
        state.toolChanged.connect(self._on_tool_changed)

    def device_size(self) -> Size:
        """Size of the widget in device pixels."""
        ratio = self.devicePixelRatioF()
        return round(self.width() * ratio), round(self.height() * ratio)

    @property
    def viewport(self) -> Viewport:
        """What this pane shows."""
        return self.state.viewport_of(self.own_view)

    @property
    def own_view(self) -> str:
        """The key under which this pane can be moved alone; empty for one that is always in step."""
        return self.key

    def canvas_point(self, position: QPointF) -> tuple[float, float]:
        """A point of the widget in canvas pixels."""
        ratio = self.devicePixelRatioF()
        return self.viewport.to_canvas(position.x() * ratio, position.y() * ratio, self.state.pane)

    def values_from(self) -> float:
        """Device pixels from which on a pixel has room for its values; none are written while zooming."""
        wanted = self.state.pixel_grid and not self.state.moving
        return VALUES_FROM * self.devicePixelRatioF() if wanted else math.inf

    def colour_at(self, point: tuple[float, float]) -> tuple[int, int, int] | None:
        """Red, green, blue of what is shown at a canvas point; None where there is no image."""
        raise NotImplementedError

    def bounds(self) -> QRectF:
        """The widget's rectangle."""
        return QRectF(self.rect())

    def chip_bottom(self) -> float:
        """How far what names the picture reaches down from the upper edge, in logical pixels."""
        return 0.0

    @property
    def judged(self) -> bool:
        """Does a click choose this picture, and nothing else? Pictures without names are judged so."""
        return False

    # Mouse -----------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Left: regions, else pan. Middle: pan. See `moves_alone`."""
        self._pressed_at = event.position()
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        alone = moves_alone(event.modifiers(), draws=self.state.tool == REGION_TOOL)
        if event.button() == Qt.MouseButton.LeftButton and not (self.peeking or alone):
            point = self.canvas_point(event.position())
            if self.overlay.press(event.position(), point, event.modifiers(), choose=not self.judged):
                event.accept()
                return
        if event.button() in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton):
            self._pan_from = event.position()
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
            event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag a region or the picture, and tell every pane where the cursor is."""
        position = event.position()
        if self.overlay.dragging:
            self.overlay.move(self.canvas_point(position), event.modifiers())
        elif self._pan_from is not None:
            ratio = self.devicePixelRatioF()
            step = position - self._pan_from
            self._pan_from = position
            own = self.viewport.panned(step.x() * ratio, step.y() * ratio)
            self.state.move_from(self.own_view, own, alone=moves_alone(event.modifiers()))
        else:
            self._show_cursor_shape(position, event.modifiers())
        self._report_cursor(position)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Finish a drag; a press and release in one place is a click."""
        was_region = self.overlay.dragging
        self.overlay.release()
        self._pan_from = None
        pressed, self._pressed_at = self._pressed_at, None
        if pressed is not None and event.button() == Qt.MouseButton.LeftButton:
            distance = (event.position() - pressed).manhattanLength()
            if distance < QApplication.startDragDistance():
                if not (was_region or self.judged):
                    self.state.regions.activate(-1)
                self.clicked.emit(self.key)
        self._show_cursor_shape(event.position(), event.modifiers())
        if not self.bounds().contains(event.position()):  # a drag that ended elsewhere: nothing says "left"
            self.state.set_cursor(None, None)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Ask for this image alone (or for all again)."""
        if event.button() == Qt.MouseButton.LeftButton and self.overlay.grip_at(event.position()) is None:
            self.doubleClicked.emit(self.key)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom about the cursor: one notch is half an octave (Shift: an eighth); see `moves_alone`."""
        delta = event.angleDelta()
        amount = delta.y() or delta.x()  # Alt, on some systems Shift, turns the wheel sideways
        if amount == 0:
            event.ignore()
            return
        ratio = self.devicePixelRatioF()
        scale = self.viewport.scale
        self._wheel_rest += amount
        notches = int(self._wheel_rest / WHEEL_NOTCH)
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            new = fine_scale(scale, amount / WHEEL_NOTCH)
            self._wheel_rest = 0.0
        elif amount % WHEEL_NOTCH and not event.pixelDelta().isNull():  # touch pad: follow the fingers
            new = fine_scale(scale, 4 * amount / WHEEL_NOTCH)
            self._wheel_rest = 0.0
        elif notches:
            new = stepped_scale(scale, notches)
            self._wheel_rest -= notches * WHEEL_NOTCH
        else:
            event.accept()
            return
        position = event.position()
        alone = moves_alone(event.modifiers())
        self.state.zoom_from(self.own_view, new, position.x() * ratio, position.y() * ratio, alone)
        self._report_cursor(position)
        event.accept()

    def leaveEvent(self, event: QEvent) -> None:
        """The cursor is over no pane any more."""
        self.state.set_cursor(None, None)
        super().leaveEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        """What is hidden under the cursor is not told that it was left, nor that the mouse was released."""
        self.overlay.release()
        self._pan_from = self._pressed_at = None
        if self.state.hovered is self:
            self.state.set_cursor(None, None)
        super().hideEvent(event)

    def enterEvent(self, event: QEnterEvent) -> None:
        """The cursor is over this pane."""
        self._report_cursor(event.position())
        super().enterEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Let the window show its menu; while it is open, the cursor is on no pixel."""
        self.state.set_cursor(None, None)
        self.menuRequested.emit(self.key, event.globalPos())

    def _report_cursor(self, position: QPointF) -> None:
        self.state.set_cursor(self.canvas_point(position), self)
        if not self._watch.isActive():
            self._watch.start()

    def _see_whether_left(self) -> None:
        """Qt sends no leave event when a dialog was closed over the pane before the mouse went away."""
        if self.state.hovered is not self:
            self._watch.stop()
        elif not QApplication.mouseButtons() and QApplication.widgetAt(QCursor.pos()) is not self:
            self._watch.stop()
            self.state.set_cursor(None, None)

    def _show_cursor_shape(self, position: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        shape = None if self.peeking else self.overlay.cursor_at(position, modifiers)
        self.setCursor(Qt.CursorShape.ArrowCursor if shape is None else shape)

    def _on_tool_changed(self, tool: str) -> None:  # noqa: ARG002
        self.setCursor(
            self.overlay.cursor_at(QPointF(-1e6, -1e6), Qt.KeyboardModifier.NoModifier)
            or Qt.CursorShape.ArrowCursor
        )

    # Size and files --------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Report the size of the panes, which is what the view is fitted to."""
        super().resizeEvent(event)
        if self.isVisibleTo(self.window()):
            self.state.set_pane(self.device_size())

    def showEvent(self, event: QShowEvent) -> None:
        """What appears tells its size."""
        super().showEvent(event)
        self.state.set_pane(self.device_size())

    def _take_event(self, event: QEvent) -> bool:
        """Moved to a screen of another pixel density: the size in device pixels is new."""
        if event.type() == QEvent.Type.DevicePixelRatioChange and self.isVisible():
            self.state.set_pane(self.device_size())
            self.update()
        return False

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Accept files."""
        if _local_files(event):
            event.acceptProposedAction()
            self._mark_drop_target(True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """Take the highlight away."""
        super().dragLeaveEvent(event)
        self._mark_drop_target(False)

    def dropEvent(self, event: QDropEvent) -> None:
        """Hand the paths on."""
        self._mark_drop_target(False)
        paths = _local_files(event)
        if paths:
            event.acceptProposedAction()
            self.filesDropped.emit(self.key, paths)

    def _mark_drop_target(self, on: bool) -> None:
        self.drop_target = on
        self.update()


def _local_files(event: QDropEvent) -> list[str]:
    return [str(Path(url.toLocalFile())) for url in event.mimeData().urls() if url.isLocalFile()]


def colour_of(
    pyramid: Pyramid | None, point: tuple[float, float], state: ViewState
) -> tuple[int, int, int] | None:
    """The colour of an image at a canvas point, None outside it."""
    if pyramid is None or min(state.canvas) <= 0:
        return None
    x = point[0] * pyramid.width / state.canvas[0]
    y = point[1] * pyramid.height / state.canvas[1]
    return pyramid.pixel(int(x // 1), int(y // 1))
