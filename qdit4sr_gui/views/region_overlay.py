"""Draws the regions over a pane and turns mouse movements into changes of the `RegionsModel`.

Borders, name tags and the eight handles of the active region can be grabbed with either tool; with the
region tool, dragging inside a region moves it and dragging elsewhere draws a new one (Ctrl: always new,
Shift: square).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QRegion

from qdit4sr_gui.state.regions import MarkedRegion, resized
from qdit4sr_gui.state.viewport import Viewport

from .view_state import REGION_TOOL, ViewState

HANDLES = ("nw", "n", "ne", "e", "se", "s", "sw", "w")
HANDLE_SIDE = 8.0
REACH = 6.0
DRAW_THRESHOLD = 4.0
CURSORS = {
    "nw": Qt.CursorShape.SizeFDiagCursor,
    "se": Qt.CursorShape.SizeFDiagCursor,
    "ne": Qt.CursorShape.SizeBDiagCursor,
    "sw": Qt.CursorShape.SizeBDiagCursor,
    "n": Qt.CursorShape.SizeVerCursor,
    "s": Qt.CursorShape.SizeVerCursor,
    "e": Qt.CursorShape.SizeHorCursor,
    "w": Qt.CursorShape.SizeHorCursor,
    "move": Qt.CursorShape.SizeAllCursor,
}


@dataclass(frozen=True)
class Grip:
    """What of which region is under the mouse: a handle's compass name, or "move"."""

    index: int
    part: str


@dataclass(frozen=True)
class Drag:
    """A drag in progress: from which canvas point, and the region as it was then (None: drawing)."""

    start: tuple[float, float]
    grip: Grip | None
    original: MarkedRegion | None


class RegionOverlay:
    """The regions of one pane; all panes' overlays share the state's model."""

    def __init__(self, state: ViewState, viewport: Callable[[], Viewport]) -> None:
        """`viewport` is what the pane shows now, which may differ from the shared view."""
        self._state = state
        self._viewport = viewport
        self._drag: Drag | None = None
        self._left: tuple[MarkedRegion, ...] = ()
        """All regions as this drag left them: others mean that something else has changed them."""
        self._rectangles: list[tuple[QRectF, QRectF]] = []  # outline and tag of each region as last painted

    @property
    def dragging(self) -> bool:
        """Is the mouse drawing, moving or resizing?"""
        return self._drag is not None

    def outline(self, region: MarkedRegion, ratio: float) -> QRectF:
        """A region in the pane's logical pixels."""
        state = self._state
        viewport = self._viewport()
        left, top = viewport.to_device(region.x, region.y, state.pane)
        scale = viewport.scale / ratio
        return QRectF(left / ratio, top / ratio, region.width * scale, region.height * scale)

    def paint(self, painter: QPainter, ratio: float, bounds: QRectF, chip: QRectF | None = None) -> None:
        """Draw every region, the active one last and with handles; names keep off the pane's `chip`."""
        model = self._state.regions
        self._rectangles = []
        if not self._state.show_regions:
            return
        painter.save()
        if chip:  # no border crosses what is written there
            painter.setClipRegion(QRegion(bounds.toAlignedRect()) - QRegion(chip.toAlignedRect()))
        metrics = QFontMetricsF(painter.font())
        taken: list[QRectF] = []
        for region in model.regions:
            outline = self.outline(region, ratio)
            tag = tag_rect(region.name, outline, metrics, bounds)
            tag = in_sight(beside_chip(tag, outline & bounds, chip or QRectF()), bounds)
            tag = free_tag(tag, outline & bounds, bounds, [chip or QRectF(), *taken])
            taken.append(tag)
            self._rectangles.append((outline, tag))
        order = [index for index in range(len(model.regions)) if index != model.active]
        order += [model.active] if model.active >= 0 else []
        for index in order:
            self._paint_outline(painter, model.regions[index], index)
        for index in order:  # no border crosses a name
            self._paint_tag(painter, model.regions[index], index)
        if model.active >= 0:
            self._paint_handles(painter, self._rectangles[model.active][0])
        painter.restore()

    def _paint_outline(self, painter: QPainter, region: MarkedRegion, index: int) -> None:
        outline, active = self._rectangles[index][0], index == self._state.regions.active
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(_pen(QColor(0, 0, 0, 170), 5 if active else 4))
        painter.drawRect(outline)
        painter.setPen(_pen(QColor(region.colour), 3 if active else 2))
        painter.drawRect(outline)

    def _paint_tag(self, painter: QPainter, region: MarkedRegion, index: int) -> None:
        tag = self._rectangles[index][1]
        if tag.isEmpty():
            return
        painter.fillRect(tag, QColor(region.colour))
        painter.setPen(QColor(12, 12, 12))
        metrics = QFontMetricsF(painter.font())
        name = metrics.elidedText(region.name, Qt.TextElideMode.ElideRight, tag.width() - 6)
        painter.drawText(tag, Qt.AlignmentFlag.AlignCenter, name)

    def _paint_handles(self, painter: QPainter, outline: QRectF) -> None:
        painter.setPen(_pen(QColor(0, 0, 0, 200), 1))
        painter.setBrush(QColor(255, 255, 255))
        for handle in HANDLES:
            centre = _handle_point(outline, handle)
            side = HANDLE_SIDE
            painter.drawRect(QRectF(centre.x() - side / 2, centre.y() - side / 2, side, side))

    def grip_at(self, position: QPointF) -> Grip | None:
        """What can be grabbed at a point of the pane (logical pixels)."""
        model = self._state.regions
        if not self._state.show_regions or len(self._rectangles) != len(model.regions):
            return None
        if model.active >= 0:
            outline = self._rectangles[model.active][0]
            for handle in HANDLES:
                offset = _handle_point(outline, handle) - position
                if max(abs(offset.x()), abs(offset.y())) <= REACH:
                    return Grip(model.active, handle)
        for index in reversed(range(len(model.regions))):
            outline, tag = self._rectangles[index]
            if tag.contains(position) or _on_border(outline, position):
                return Grip(index, "move")
        if self._state.tool == REGION_TOOL:
            holding = [i for i in range(len(model.regions)) if self._rectangles[i][0].contains(position)]
            if holding:  # of nested regions, the smallest is meant
                smallest = min(holding, key=lambda i: model.regions[i].width * model.regions[i].height)
                return Grip(smallest, "move")
        return None

    def cursor_at(self, position: QPointF, modifiers: Qt.KeyboardModifier) -> Qt.CursorShape | None:
        """The mouse cursor that tells what a press would do; None for panning."""
        drawing = self._state.tool == REGION_TOOL
        if drawing and modifiers & Qt.KeyboardModifier.ControlModifier:
            return Qt.CursorShape.CrossCursor
        grip = self.grip_at(position)
        if grip is not None:
            return CURSORS[grip.part]
        return Qt.CursorShape.CrossCursor if drawing else None

    def press(
        self,
        position: QPointF,
        canvas_point: tuple[float, float],
        modifiers: Qt.KeyboardModifier,
        choose: bool = True,
    ) -> bool:
        """Begin a drag; False when the press is not about regions. To `choose` is to make it the active one.

        Without, the active region stays until the mouse moves.
        """
        model = self._state.regions
        drawing = self._state.tool == REGION_TOOL
        new = drawing and bool(modifiers & Qt.KeyboardModifier.ControlModifier)
        grip = None if new else self.grip_at(position)
        if grip is not None:
            if choose:
                model.activate(grip.index)
            self._drag = Drag(canvas_point, grip, model.regions[grip.index])
        elif drawing and self._state.show_regions:
            if choose:
                model.activate(-1)
            width, height = self._state.canvas
            start = (min(max(canvas_point[0], 0.0), width - 1), min(max(canvas_point[1], 0.0), height - 1))
            self._drag = Drag(start, None, None)
        else:
            return False
        self._left = model.regions
        return True

    def move(self, canvas_point: tuple[float, float], modifiers: Qt.KeyboardModifier) -> None:
        """Follow the mouse; the drag is over where the regions are others by now."""
        if self._drag is not None and self._left is not self._state.regions.regions:
            self.release()
        self._follow(canvas_point, modifiers)
        self._left = self._state.regions.regions

    def _follow(self, canvas_point: tuple[float, float], modifiers: Qt.KeyboardModifier) -> None:
        drag, model = self._drag, self._state.regions
        if drag is None:
            return
        if not model.in_drag:
            distance = max(abs(canvas_point[0] - drag.start[0]), abs(canvas_point[1] - drag.start[1]))
            if distance * self._viewport().scale < (DRAW_THRESHOLD if drag.grip is None else 1.0):
                return
            if drag.grip is not None:
                model.activate(drag.grip.index)
            model.begin_drag()
            if drag.grip is None:
                drag = self._begin_drawing(drag)
        if drag.grip is not None and drag.original is not None:
            self._drag_region(drag.grip, drag.original, drag.start, canvas_point, modifiers)

    def _begin_drawing(self, drag: Drag) -> Drag:
        model = self._state.regions
        index = model.add(int(drag.start[0]), int(drag.start[1]), 1, 1)
        drag = Drag(drag.start, Grip(index, "new"), model.regions[index])
        self._drag = drag
        return drag

    def _drag_region(
        self,
        grip: Grip,
        original: MarkedRegion,
        start: tuple[float, float],
        point: tuple[float, float],
        modifiers: Qt.KeyboardModifier,
    ) -> None:
        square = bool(modifiers & Qt.KeyboardModifier.ShiftModifier)
        width, height = int(self._state.canvas[0]), int(self._state.canvas[1])
        x, y = min(max(round(point[0]), 0), width), min(max(round(point[1]), 0), height)
        if grip.part == "new":
            region = _spanned(original, start, (x, y), square)
        elif grip.part == "move":
            region = replace(
                original, x=original.x + round(point[0] - start[0]), y=original.y + round(point[1] - start[1])
            )
        else:
            region = resized(original, grip.part, x, y)
            if square and len(grip.part) == 2:
                side = max(region.width, region.height)
                corner_x = region.right - side if "w" in grip.part else region.x
                corner_y = region.bottom - side if "n" in grip.part else region.y
                region = replace(region, x=corner_x, y=corner_y, width=side, height=side)
        self._state.regions.update(grip.index, region)

    def release(self) -> None:
        """End the drag and record it."""
        if self._drag is not None and self._state.regions.in_drag:
            self._state.regions.end_drag()
        self._drag = None

    def cancel(self) -> bool:
        """Esc during a drag puts everything back; False when nothing was being dragged."""
        if self._drag is None:
            return False
        self._drag = None
        if self._state.regions.in_drag:
            self._state.regions.cancel_drag()
        return True


def _spanned(
    original: MarkedRegion, start: tuple[float, float], end: tuple[int, int], square: bool
) -> MarkedRegion:
    dx, dy = end[0] - int(start[0]), end[1] - int(start[1])
    if square:
        side = max(abs(dx), abs(dy))
        dx, dy = side if dx >= 0 else -side, side if dy >= 0 else -side
    x, y = int(start[0]) + min(dx, 0), int(start[1]) + min(dy, 0)
    return replace(original, x=x, y=y, width=max(abs(dx), 1), height=max(abs(dy), 1))


def _pen(colour: QColor, width: int) -> QPen:
    return QPen(colour, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.SquareCap, Qt.PenJoinStyle.MiterJoin)


def _handle_point(outline: QRectF, handle: str) -> QPointF:
    x = outline.left() if "w" in handle else outline.right() if "e" in handle else outline.center().x()
    y = outline.top() if "n" in handle else outline.bottom() if "s" in handle else outline.center().y()
    return QPointF(x, y)


def _on_border(outline: QRectF, position: QPointF) -> bool:
    reach = REACH - 1
    outer = outline.adjusted(-reach, -reach, reach, reach)
    inner = outline.adjusted(reach, reach, -reach, -reach)
    return outer.contains(position) and not (inner.isValid() and inner.contains(position))


def beside_chip(tag: QRectF, outline: QRectF, chip: QRectF) -> QRectF:
    """Where a region's name tag stands: off the pane's chip, to its right within the region or below it.

    `outline` is the part of the region that the pane shows.
    """
    if not tag.intersects(chip):
        return tag
    if chip.right() + 2 + tag.width() <= outline.right():
        return QRectF(chip.right() + 2, tag.top(), tag.width(), tag.height())
    return QRectF(tag.left(), chip.bottom() + 2, tag.width(), tag.height())


def in_sight(tag: QRectF, bounds: QRectF) -> QRectF:
    """The tag moved as little as needed to lie whole in the pane, where it is small enough."""
    left = max(min(tag.left(), bounds.right() - tag.width()), bounds.left())
    top = max(min(tag.top(), bounds.bottom() - tag.height()), bounds.top())
    return QRectF(left, top, tag.width(), tag.height())


def free_tag(tag: QRectF, outline: QRectF, bounds: QRectF, taken: Sequence[QRectF]) -> QRectF:
    """The tag where it is, or at the first of its region's corners where it lies on nothing that is `taken`.

    Above, below, within, then beside another tag; where it was if all of that is taken or out of sight.
    """
    if tag.isEmpty():
        return tag
    left, right = outline.left() - 1, outline.right() + 1 - tag.width()
    above, below = outline.top() - tag.height() - 2, outline.bottom() + 2
    tops = (above, below, outline.top() + 2, outline.bottom() - tag.height() - 2)
    corners = [(x, y) for y in tops for x in (left, right)]
    beside = [(other.right() + 2, other.top()) for other in taken if not other.isEmpty()]
    for x, y in ((tag.left(), tag.top()), *corners, *beside):
        place = QRectF(x, y, tag.width(), tag.height())
        if bounds.contains(place) and not any(place.intersects(other) for other in taken):
            return place
    return tag


def tag_rect(name: str, outline: QRectF, metrics: QFontMetricsF, bounds: QRectF) -> QRectF:
    """Where a region's name tag stands in a pane without a chip; empty where the region is out of sight."""
    if not name or not outline.intersects(bounds):
        return QRectF()
    height = metrics.height() + 2
    width = min(max(metrics.horizontalAdvance(name) + 10, height), 160.0)
    top = outline.top() - height - 2
    if top < bounds.top():  # no room above: inside, and in sight while the region is
        top = min(max(outline.top(), bounds.top()), outline.bottom())
    left = min(max(outline.left() - 1, bounds.left()), max(outline.right() - width, outline.left() - 1))
    return QRectF(left, top, width, height)
