"""One image pane: an image at the shared viewport with its name, numbers, regions and progress."""

from __future__ import annotations

import math
from collections.abc import Callable

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QTimer
from PySide6.QtGui import QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QToolTip, QWidget

from qdit4sr_gui.state.pyramid import Pyramid
from qdit4sr_gui.state.view_image import ViewImage
from qdit4sr_gui.style.view_colours import Theme, theme_of
from qdit4sr_gui.widgets.explained import explaining_tip

from .canvas import Canvas, colour_of
from .decorations import (
    INSET,
    Progress,
    chip_height,
    paint_chip,
    paint_cross,
    paint_drop_zone,
    paint_frame,
    paint_message,
    paint_progress,
    progress_height,
)
from .image_layer import MARGIN, ImageLayer
from .loupe import colour_text, paint_loupe, position_text
from .view_state import ViewState

KEPT_LAYERS = 12


class Pane(Canvas):
    """Shows one `ViewImage`. Images are given as pyramids, made elsewhere; the pane only paints."""

    def __init__(
        self, state: ViewState, key: str = "", parent: QWidget | None = None, stagger: int = 0
    ) -> None:
        super().__init__(state, key, parent)
        self.image = ViewImage(key, "")
        self.number = ""
        self.selected = False
        self.is_reference = False
        self.progress: Progress | None = None
        self.invites_files = False
        """Draw the hint as a place to drop files on."""
        self.value_at: Callable[[int, int], str] | None = None
        """Text for the value at an image pixel (column, row); None: red, green and blue."""
        self._pyramid: Pyramid | None = None
        self._preview: Pyramid | None = None
        self._peek: tuple[str, Pyramid] | None = None
        self._layers: dict[Pyramid, ImageLayer] = {}
        self._chip = QRectF()
        self._prefetch_below = 96 + 40 * (stagger % 4)  # panes refill their caches in different turns
        self._prefetch = QTimer(self, singleShot=True, interval=0)
        self._prefetch.timeout.connect(self._fill_cache)
        state.settled.connect(self.update)

    # What to show ----------------------------------------------------------------------------------

    def set_image(self, image: ViewImage, pyramid: Pyramid | None, preview: Pyramid | None = None) -> None:
        """Show this image; `pyramid` is None while there are no pixels, `preview` stands in for it."""
        self.image, self._pyramid, self._preview = image, pyramid, preview
        self.key = image.key
        self._describe()
        self.update()

    def set_marks(self, number: str, selected: bool, is_reference: bool) -> None:
        """The number key that selects this pane, and its two roles."""
        if (number, selected, is_reference) != (self.number, self.selected, self.is_reference):
            self.number, self.selected, self.is_reference = number, selected, is_reference
            self._describe()
            self.update()

    def set_progress(self, progress: Progress | None) -> None:
        """Show how far the computation is; None takes the bar away."""
        if progress != self.progress:
            self.progress = progress
            self._describe()
            self.update()

    def set_peek(self, peek: tuple[str, Pyramid] | None) -> None:
        """Show another image in place (its label and pyramid) as long as a key is held."""
        if peek != self._peek:
            self._peek = peek
            self.update()

    def forget_all_but(self, pyramids: set[Pyramid]) -> None:
        """Drop cached drawings of images that are gone."""
        for gone in set(self._layers) - pyramids:
            del self._layers[gone]

    @property
    def peeking_at(self) -> bool:
        """Is another image shown in place?"""
        return self._peek is not None

    @property
    def shown(self) -> Pyramid | None:
        """The pyramid on screen."""
        if self._peek is not None:
            return self._peek[1]
        return self._pyramid or (None if self.image.error else self._preview)

    def chip_bottom(self) -> float:
        """Of the chip with its present lines, painted or not."""
        if not self.state.show_labels or not self.image.label:
            return 0.0
        return INSET + chip_height(self.font(), self.bounds(), self.image.chip_line)

    @property
    def judged(self) -> bool:
        """A picture without a name is."""
        return self.image.nameless

    @property
    def _serves_as_reference(self) -> bool:
        """Has the reference pixels that others can be compared with?"""
        return self.is_reference and self._pyramid is not None

    def _describe(self) -> None:
        self.setAccessibleName(self.image.label or self.tr("Image pane"))
        if self.image.error:
            state = self.tr("Failed: {0}").format(self.image.error)
        elif self.progress is not None:
            state = self.progress.text
        elif self._pyramid is None:
            state = self.image.hint or self.tr("No image yet")
        else:
            state = self.tr("{0} by {1} pixels").format(self._pyramid.width, self._pyramid.height)
        reference = self.tr("Reference") if self._serves_as_reference else ""
        self.setAccessibleDescription(
            ". ".join(part for part in (reference, state, self.image.chip_line) if part)
        )

    # Painting --------------------------------------------------------------------------------------

    def layer_of(self, pyramid: Pyramid) -> ImageLayer:
        """The pane's drawing of one pyramid; the least recently shown ones are dropped."""
        layer = self._layers.pop(pyramid, None) or ImageLayer(pyramid)
        self._layers[pyramid] = layer
        while len(self._layers) > KEPT_LAYERS:
            del self._layers[next(iter(self._layers))]
        return layer

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Surround, image, chip, regions, cross, loupe, progress, frame: in that order."""
        theme = theme_of(self.palette())
        painter = QPainter(self)
        ratio = self.devicePixelRatioF()
        pyramid = self.shown
        if pyramid is None or min(self.state.canvas) <= 0:
            self._paint_absence(painter, theme)
        else:
            self._paint_image(painter, pyramid, ratio)
        self._paint_chip(painter)
        if pyramid is not None:
            self.overlay.paint(painter, ratio, self.bounds(), self._chip)
            self._paint_pointer(painter, pyramid, ratio)
        if self.progress is not None:
            paint_progress(painter, self.bounds(), self.progress, theme.accent)
        if self.drop_target:
            paint_frame(painter, self.bounds(), theme.accent, 4)
        elif self.selected:
            paint_frame(painter, self.bounds(), theme.accent, 2)
        painter.end()

    def _paint_absence(self, painter: QPainter, theme: Theme) -> None:
        painter.fillRect(self.rect(), theme.surround)
        text = self.image.error or self.image.hint or self.tr("No image yet")
        if self.invites_files:
            paint_drop_zone(painter, self.bounds(), text, theme)
        elif self.image.error or self.progress is None:
            paint_message(painter, self.bounds(), text, theme, error=bool(self.image.error))

    def _paint_image(self, painter: QPainter, pyramid: Pyramid, ratio: float) -> None:
        state = self.state
        layer = self.layer_of(pyramid)
        placement = layer.placement(self.viewport, state.canvas, state.pane)
        covered = layer.image_rect(placement)
        if not covered.contains(QRect(0, 0, int(state.pane[0]) + 1, int(state.pane[1]) + 1)):
            painter.fillRect(self.rect(), theme_of(self.palette()).surround)
        layer.prepare(placement, state.pane, 0, state.pixel_grid, self.values_from())
        layer.paint(painter, placement, state.pane, ratio)
        if not state.moving and layer.reserve(placement, state.pane) < self._prefetch_below:
            self._prefetch.start()

    def values_from(self) -> float:
        """As on every canvas; the colours of a map are not its values."""
        return super().values_from() if self.value_at is None else math.inf

    def _fill_cache(self) -> None:
        pyramid = self.shown
        if pyramid is not None and not self.state.moving and self.isVisible():
            layer = self.layer_of(pyramid)
            placement = layer.placement(self.viewport, self.state.canvas, self.state.pane)
            layer.prepare(placement, self.state.pane, MARGIN, self.state.pixel_grid, self.values_from())

    def _paint_pointer(self, painter: QPainter, pyramid: Pyramid, ratio: float) -> None:
        state = self.state
        if state.cursor is None:
            return
        x, y = self.viewport.to_device(*state.cursor, state.pane)
        here = QPointF(x / ratio, y / ratio)
        if state.hovered is not self and not self.overlay.dragging:
            paint_cross(painter, here)
        if not state.loupe or self.colour_at(state.cursor) is None:
            return
        factor = state.canvas[0] / pyramid.width
        down = state.canvas[1] / pyramid.height
        pixel = (state.cursor[0] / factor, state.cursor[1] / down)
        place = position_text(*state.cursor, factor)
        above = self.bounds().adjusted(0, 0, 0, -progress_height(painter) if self.progress else 0)
        value = self.value_text(*pixel)
        paint_loupe(painter, above, pyramid, (here.x(), here.y()), pixel, (factor, down), place, value)

    def colour_at(self, point: tuple[float, float]) -> tuple[int, int, int] | None:
        """Red, green, blue of what is shown at a canvas point."""
        return colour_of(self.shown, point, self.state)

    def value_text(self, x: float, y: float) -> str:
        """The value at an image pixel of what is shown, in words; empty outside."""
        pyramid = self.shown
        rgb = pyramid.pixel(int(x // 1), int(y // 1)) if pyramid is not None else None
        if rgb is None:
            return ""
        if self.value_at is not None and self._peek is None:
            return self.value_at(int(x), int(y))
        return colour_text(rgb)

    def _paint_chip(self, painter: QPainter) -> None:
        self._chip = QRectF()
        if not self.state.show_labels or not self.image.label:
            return
        accent = theme_of(self.palette()).accent
        if self._peek is not None:
            self._chip = paint_chip(
                painter, self.bounds(), "", self._peek[0], self.tr("reference"), "", accent
            )
            return
        badge = self.tr("reference") if self._serves_as_reference else ""
        if self.state.out_of_step(self.key):
            badge = ", ".join(part for part in (badge, self.tr("out of step")) if part)
        if self._pyramid is None and self._preview is not None and not self.image.error:
            badge = self.tr("preview")
        self._chip = paint_chip(
            painter, self.bounds(), self.number, self.image.label, badge, self.image.chip_line, accent
        )

    def _take_event(self, event: QEvent) -> bool:
        """Resting on the chip explains the words on it."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            text = f"{self.image.label} {self.image.chip_line}"
            if self._serves_as_reference:
                text += " reference"
            inside = self._chip.contains(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), explaining_tip(text) if inside else "", self)
            return True
        return super()._take_event(event)
