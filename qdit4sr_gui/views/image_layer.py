"""Draws one pyramid at the shared viewport, from a cached pixmap that is larger than the pane.

Panning moves the finished pixmap; only strips that come into reach are scaled. The pixmap lives in
"scaled image" coordinates: device pixels counted from the image's top left corner.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QColor, QImage, QPainter, QPixmap, QRegion

from qdit4sr_gui.state.pyramid import Pyramid
from qdit4sr_gui.state.viewport import Size, Viewport

from .pixel_values import values_image

MARGIN = 256
"""Device pixels kept ready on every side of the pane."""
GRID_FROM = 8.0
NEAREST_FROM = 2.0
GRID_COLOUR = QColor(128, 128, 128, 110)
GRID_PREMULTIPLIED = (55, 55, 55, 110)


@dataclass(frozen=True)
class Placement:
    """Where an image lies: device pixels per image pixel on both axes, and its corner in the pane."""

    scale_x: float
    scale_y: float
    left: int
    top: int

    def visible(self, pane: Size) -> QRect:
        """The pane in scaled image coordinates."""
        return QRect(-self.left, -self.top, int(pane[0]), int(pane[1]))


class ImageLayer:
    """One image in one pane."""

    def __init__(self, pyramid: Pyramid) -> None:
        self.pyramid = pyramid
        self._levels = [qimage_of(pyramid, level) for level in range(len(pyramid.levels))]
        self._cache = QPixmap()
        self._cached = QRect()
        self._scale = (0.0, 0.0)
        self._grid = False
        self._values = False

    def placement(self, viewport: Viewport, canvas: Size, pane: Size) -> Placement:
        """Stretch the image over the canvas: a small image is drawn at the size of the large ones."""
        left, top = viewport.origin(pane)
        return Placement(
            viewport.scale * canvas[0] / self.pyramid.width,
            viewport.scale * canvas[1] / self.pyramid.height,
            left,
            top,
        )

    def extent(self, placement: Placement) -> QRect:
        """The image in scaled image coordinates."""
        return QRect(
            0,
            0,
            max(1, round(self.pyramid.width * placement.scale_x)),
            max(1, round(self.pyramid.height * placement.scale_y)),
        )

    def reserve(self, placement: Placement, pane: Size) -> int:
        """Device pixels one can pan in the worst direction before anything must be scaled again."""
        if (placement.scale_x, placement.scale_y) != self._scale:
            return 0
        visible, extent, cached = placement.visible(pane), self.extent(placement), self._cached
        if not cached.contains(visible & extent):
            return 0
        gaps = [MARGIN]
        if cached.left() > extent.left():
            gaps.append(visible.left() - cached.left())
        if cached.top() > extent.top():
            gaps.append(visible.top() - cached.top())
        if cached.right() < extent.right():
            gaps.append(cached.right() - visible.right())
        if cached.bottom() < extent.bottom():
            gaps.append(cached.bottom() - visible.bottom())
        return max(0, min(gaps))

    def prepare(
        self, placement: Placement, pane: Size, margin: int, grid: bool, values_from: float = math.inf
    ) -> bool:
        """Make sure the pane and `margin` around it are in the cache; False if there was nothing to do.

        `grid` draws lines between enlarged pixels; pixels of at least `values_from` device pixels get their
        numbers.
        """
        extent = self.extent(placement)
        needed = placement.visible(pane).adjusted(-margin, -margin, margin, margin) & extent
        grid = grid and min(placement.scale_x, placement.scale_y) >= GRID_FROM
        values = min(placement.scale_x, placement.scale_y) >= values_from
        kind = (placement.scale_x, placement.scale_y, grid, values)
        same = kind == (*self._scale, self._grid, self._values)
        if needed.isEmpty() or (same and self._cached.contains(needed)):
            return False
        fresh = QPixmap(needed.size())
        painter = QPainter(fresh)
        todo = QRegion(needed)
        kept = needed & self._cached if same else QRect()
        if not kept.isEmpty():
            painter.drawPixmap(
                kept.topLeft() - needed.topLeft(), self._cache, kept.translated(-self._cached.topLeft())
            )
            todo -= QRegion(kept)
        painter.translate(-needed.topLeft())
        for strip in todo:  # type: ignore[attr-defined]  # a QRegion yields its rectangles
            self._render(painter, placement, strip, grid)
            if values:
                self._write_values(painter, placement, strip)
        painter.end()
        self._cache, self._cached, self._grid, self._values = fresh, needed, grid, values
        self._scale = (placement.scale_x, placement.scale_y)
        return True

    def paint(
        self, painter: QPainter, placement: Placement, pane: Size, ratio: float, clip: QRect | None = None
    ) -> None:
        """Copy the cached part to a pane whose painter counts logical pixels (`ratio` device pixels each).

        `clip` (device pixels of the pane) limits what is drawn, for a wipe.
        """
        visible = placement.visible(pane) & self._cached
        if clip is not None:
            visible &= clip.translated(-placement.left, -placement.top)
        if visible.isEmpty():
            return
        target = visible.translated(placement.left, placement.top)
        source = visible.translated(-self._cached.topLeft())
        if ratio == 1.0:
            painter.drawPixmap(target.topLeft(), self._cache, source)
            return
        painter.save()
        painter.scale(1 / ratio, 1 / ratio)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        painter.drawPixmap(target.topLeft(), self._cache, source)
        painter.restore()

    def image_rect(self, placement: Placement) -> QRect:
        """The image in device pixels of the pane."""
        return self.extent(placement).translated(QPoint(placement.left, placement.top))

    def _render(self, painter: QPainter, placement: Placement, strip: QRect, grid: bool) -> None:
        scale = min(placement.scale_x, placement.scale_y)
        level = self.pyramid.level_for(scale)
        image = self._levels[level]
        painter.save()
        painter.setClipRect(strip)
        painter.setRenderHint(
            QPainter.RenderHint.SmoothPixmapTransform, scale < NEAREST_FROM and scale != 1.0
        )
        extent = self.extent(placement)
        painter.scale(extent.width() / image.width(), extent.height() / image.height())
        painter.drawImage(0, 0, image)
        painter.restore()
        if grid:
            self._draw_grid(painter, placement, strip)

    def _write_values(self, painter: QPainter, placement: Placement, strip: QRect) -> None:
        numbers = values_image(self.pyramid, strip, placement.scale_x, placement.scale_y)
        if numbers is not None:
            painter.drawImage(strip.topLeft(), numbers)

    def _draw_grid(self, painter: QPainter, placement: Placement, strip: QRect) -> None:
        columns = _boundaries(strip.left(), strip.width(), placement.scale_x)
        row = np.zeros((1, strip.width(), 4), dtype=np.uint8)
        row[0, columns] = GRID_PREMULTIPLIED  # one row stretched over the strip: far faster than thin lines
        image = QImage(row.data, strip.width(), 1, row.strides[0], QImage.Format.Format_ARGB32_Premultiplied)
        painter.drawImage(strip, image)
        for line in _boundaries(strip.top(), strip.height(), placement.scale_y):
            painter.fillRect(strip.left(), strip.top() + int(line), strip.width(), 1, GRID_COLOUR)


def qimage_of(pyramid: Pyramid, level: int = 0) -> QImage:
    """A level as a QImage that looks into the pyramid's array: keep the pyramid as long as the image."""
    array = pyramid.levels[level]
    compact = array.shape[2] == 3
    form = QImage.Format.Format_RGB888 if compact else QImage.Format.Format_RGB32
    return QImage(array.data, array.shape[1], array.shape[0], array.strides[0], form)


def _boundaries(start: int, length: int, scale: float) -> NDArray[np.intp]:
    """Where image pixels begin among the `length` device pixels from `start` on, counted from `start`."""
    indices = np.arange(int(start / scale), int((start + length) / scale) + 2)
    places = np.rint(indices * scale).astype(np.intp) - start
    return places[(places >= 0) & (places < length)]
