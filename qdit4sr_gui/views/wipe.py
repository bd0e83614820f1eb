"""Wipe: two images in one place, one on each side of a line that the mouse drags."""

from __future__ import annotations

from PySide6.QtCore import QLineF, QPointF, QRect, QRectF, Qt, QTimer
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from qdit4sr_gui.state.pyramid import Pyramid
from qdit4sr_gui.state.regions import MarkedRegion
from qdit4sr_gui.state.view_image import ViewImage
from qdit4sr_gui.style.view_colours import theme_of

from .canvas import Canvas, colour_of
from .decorations import INSET, chip_height, paint_chip, paint_frame, paint_message
from .image_layer import MARGIN, ImageLayer
from .image_set import ImageSet
from .loupe import colour_text, paint_loupe, position_text
from .view_state import ViewState

GRAB = 8.0
KNOB = 11.0
KEY_STEP = 0.02
CHIP_ROOM = (90.0, 60.0)
"""Sides narrower or lower than this have no chip: it would lie on the other one."""
BADGE_ROOM = 260.0
"""Narrower, the name needs the chip for itself."""


class WipeView(Canvas):
    """The left image up to the line, the right image beyond it; with `set_upright(False)` above and below."""

    def __init__(self, state: ViewState, parent: QWidget | None = None) -> None:
        super().__init__(state, "", parent)
        self.position = 0.5
        """Where the line is, as a share of the width (or height)."""
        self.upright = True
        self.peek_left = False
        self._images = (ViewImage("", ""), ViewImage("", ""))
        self._numbers = ("", "")
        self._layers: list[ImageLayer | None] = [None, None]
        self._sliding = False
        self._prefetch = QTimer(self, singleShot=True, interval=0)
        self._prefetch.timeout.connect(self._fill_caches)
        state.settled.connect(self.update)
        self.setAccessibleName(self.tr("Wipe between two images"))

    def set_pair(
        self,
        left: tuple[ViewImage, Pyramid | None, str],
        right: tuple[ViewImage, Pyramid | None, str],
    ) -> None:
        """The two sides: image, its pyramid if ready, and its number key."""
        self._images = (left[0], right[0])
        self._numbers = (left[2], right[2])
        self.key = right[0].key
        for side, pyramid in enumerate((left[1], right[1])):
            layer = self._layers[side]
            if pyramid is None:
                self._layers[side] = None
            elif layer is None or layer.pyramid is not pyramid:
                self._layers[side] = ImageLayer(pyramid)
        self.setAccessibleDescription(self.tr("{0} against {1}").format(left[0].label, right[0].label))
        self.update()

    def refresh(self, images: ImageSet) -> None:
        """The reference on the left, the selected image (or the first other one) on the right."""
        sides = []
        for key in (images.reference, images.counterpart()):
            image = images.image(key) or ViewImage("", "")
            pyramid = images.pyramid(key) or images.preview(key)
            sides.append((image, pyramid, images.number(key)))
        self.set_pair(sides[0], sides[1])

    def set_position(self, share: float) -> None:
        """Move the line; 0 is the left (upper) edge, 1 the right (lower) one."""
        self.position = min(max(share, 0.0), 1.0)
        self.update()

    def step(self, steps: int) -> None:
        """Move the line by the keyboard."""
        self.set_position(self.position + steps * KEY_STEP)

    def cross(self, region: MarkedRegion | None) -> None:
        """Bring the line to the middle of a region in sight, unless it goes through its inner half."""
        if region is None or not self.isVisible():
            return
        ratio = self.devicePixelRatioF()
        near = self.viewport.to_device(region.x, region.y, self.state.pane)
        far = self.viewport.to_device(region.right, region.bottom, self.state.pane)
        axis, length = (0, self.width()) if self.upright else (1, self.height())
        middle, reach = (near[axis] + far[axis]) / 2 / ratio, (far[axis] - near[axis]) / 4 / ratio
        if 0 < middle < length and abs(self._line - middle) > reach:
            self.set_position(middle / length)

    def set_upright(self, upright: bool) -> None:
        """A line from top to bottom, or from left to right."""
        self.upright = upright
        self.cross(self.state.regions.active_region)
        self.update()

    @property
    def own_view(self) -> str:
        """Both sides always show the shared view."""
        return ""

    def chip_bottom(self) -> float:
        """Of the chips at the upper edge."""
        if not self.state.show_labels:
            return 0.0
        upper = (
            zip(self._images, self.sides(), strict=True)
            if self.upright
            else [(self._images[0], self.sides()[0])]
        )
        return max(INSET + chip_height(self.font(), place, image.chip_line) for image, place in upper)

    @property
    def judged(self) -> bool:
        """Without names, a click chooses the right image."""
        return self._images[1].nameless

    def set_peek(self, on: bool) -> None:
        """Show the left image everywhere for as long as a key is held."""
        self.peek_left = on
        self.update()

    @property
    def _line(self) -> float:
        return self.position * (self.width() if self.upright else self.height())

    def _near_line(self, position: QPointF) -> bool:
        return abs((position.x() if self.upright else position.y()) - self._line) <= GRAB

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """The line first, then what every pane does."""
        if event.button() == Qt.MouseButton.LeftButton and self._near_line(event.position()):
            self._sliding = True
            self.setFocus(Qt.FocusReason.MouseFocusReason)
            event.accept()
            return
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag the line, or the picture."""
        if self._sliding:
            length = self.width() if self.upright else self.height()
            along = event.position().x() if self.upright else event.position().y()
            self.set_position(along / max(length, 1))
            return
        super().mouseMoveEvent(event)
        if self._near_line(event.position()) and not event.buttons():
            self.setCursor(Qt.CursorShape.SplitHCursor if self.upright else Qt.CursorShape.SplitVCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let the line go."""
        if self._sliding:
            self._sliding = False
            return
        super().mouseReleaseEvent(event)

    def sides(self) -> tuple[QRectF, QRectF]:
        """Where the left (upper) and the right (lower) image are shown; their chips stay inside."""
        bounds, line = self.bounds(), self._line
        if self.upright:
            return bounds.adjusted(0, 0, line - bounds.width(), 0), bounds.adjusted(line, 0, 0, 0)
        return bounds.adjusted(0, 0, 0, line - bounds.height()), bounds.adjusted(0, line, 0, 0)

    def shown_at(self, position: QPointF) -> int:
        """0 where the left image is shown, 1 where the right one is."""
        along = position.x() if self.upright else position.y()
        return 0 if self.peek_left or along < self._line else 1

    def pyramid_at(self, point: tuple[float, float]) -> Pyramid | None:
        """The pyramid shown at a canvas point."""
        ratio = self.devicePixelRatioF()
        x, y = self.viewport.to_device(*point, self.state.pane)
        layer = self._layers[self.shown_at(QPointF(x / ratio, y / ratio))]
        return layer.pyramid if layer else None

    def colour_at(self, point: tuple[float, float]) -> tuple[int, int, int] | None:
        """Red, green, blue of the side shown at a canvas point."""
        return colour_of(self.pyramid_at(point), point, self.state)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Both sides, regions, the line, the chips, the loupe."""
        theme = theme_of(self.palette())
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.surround)
        ratio = self.devicePixelRatioF()
        line = self.width() if self.upright else self.height()
        line = round((line if self.peek_left else self._line) * ratio)
        width, height = (int(side) for side in self.device_size())
        if self.upright:
            clips = (QRect(0, 0, line, height), QRect(line, 0, width - line, height))
        else:
            clips = (QRect(0, 0, width, line), QRect(0, line, width, height - line))
        refill = False
        for side in (0, 1):
            refill |= self._paint_side(painter, side, clips[side], ratio)
        if refill and not self.state.moving:
            self._prefetch.start()
        self.overlay.paint(painter, ratio, self.bounds())
        if not self.peek_left:
            self._paint_line(painter)
        self._paint_loupe(painter, ratio)
        self._paint_chips(painter)
        if self.drop_target:
            paint_frame(painter, self.bounds(), theme.accent, 4)
        painter.end()

    def _paint_side(self, painter: QPainter, side: int, clip: QRect, ratio: float) -> bool:
        layer, state = self._layers[side], self.state
        if layer is None or min(state.canvas) <= 0:
            image = self._images[side]
            area = QRectF(clip.x() / ratio, clip.y() / ratio, clip.width() / ratio, clip.height() / ratio)
            if area.width() > 120:
                text = image.error or image.hint or self.tr("No image yet")
                paint_message(painter, area, text, theme_of(self.palette()), error=bool(image.error))
            return False
        placement = layer.placement(self.viewport, state.canvas, state.pane)
        layer.prepare(placement, state.pane, 0, state.pixel_grid, self.values_from())
        layer.paint(painter, placement, state.pane, ratio, clip)
        return layer.reserve(placement, state.pane) < MARGIN // 2

    def _fill_caches(self) -> None:
        for layer in self._layers:
            if layer is not None and not self.state.moving:
                placement = layer.placement(self.viewport, self.state.canvas, self.state.pane)
                layer.prepare(placement, self.state.pane, MARGIN, self.state.pixel_grid, self.values_from())

    def _paint_line(self, painter: QPainter) -> None:
        at = self._line
        middle = QPointF(at, self.height() / 2) if self.upright else QPointF(self.width() / 2, at)
        line = QLineF(at, 0, at, self.height()) if self.upright else QLineF(0, at, self.width(), at)
        painter.save()
        for colour, width in ((QColor(0, 0, 0, 140), 4), (QColor(255, 255, 255), 2)):
            painter.setPen(QPen(colour, width))
            painter.drawLine(line)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(0, 0, 0, 160), 1))
        painter.setBrush(QColor(255, 255, 255))
        painter.drawEllipse(middle, KNOB, KNOB)
        painter.setBrush(QColor(40, 40, 40))
        painter.setPen(Qt.PenStyle.NoPen)
        for sign in (-1, 1):
            tip, foot, half = sign * 7.5, sign * 2.5, 4.0
            corners = [QPointF(tip, 0), QPointF(foot, -half), QPointF(foot, half)]
            if not self.upright:
                corners = [QPointF(point.y(), point.x()) for point in corners]
            painter.drawPolygon(QPolygonF([middle + corner for corner in corners]))
        painter.restore()

    def _paint_chips(self, painter: QPainter) -> None:
        if not self.state.show_labels:
            return
        accent = theme_of(self.palette()).accent
        badge = "" if self._images[0].nameless else self.tr("reference")
        if self.peek_left:
            left = self._images[0]
            paint_chip(painter, self.bounds(), self._numbers[0], left.label, badge, left.chip_line, accent)
            return
        room = CHIP_ROOM[0 if self.upright else 1]
        for side, place in enumerate(self.sides()):
            if (place.width() if self.upright else place.height()) < room:
                continue  # nothing is seen of this side that could be named
            image, at_right = self._images[side], self.upright and side == 1
            said = badge if side == 0 and place.width() >= BADGE_ROOM else ""
            paint_chip(
                painter, place, self._numbers[side], image.label, said, image.chip_line, accent, at_right
            )

    def _paint_loupe(self, painter: QPainter, ratio: float) -> None:
        state = self.state
        if not state.loupe or state.cursor is None:
            return
        pyramid = self.pyramid_at(state.cursor)
        if pyramid is None or self.colour_at(state.cursor) is None:
            return
        x, y = self.viewport.to_device(*state.cursor, state.pane)
        factor = state.canvas[0] / pyramid.width
        down = state.canvas[1] / pyramid.height
        pixel = (state.cursor[0] / factor, state.cursor[1] / down)
        rgb = pyramid.pixel(int(pixel[0] // 1), int(pixel[1] // 1))
        place = position_text(*state.cursor, factor)
        value = colour_text(rgb) if rgb else ""
        here = (x / ratio, y / ratio)
        paint_loupe(painter, self.bounds(), pyramid, here, pixel, (factor, down), place, value)
