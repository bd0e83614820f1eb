"""Damage against cost: a point a variant, its method by colour, the Pareto front as a line."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from qdit4sr_core.colours import series_colour
from qdit4sr_core.evaluate.pareto import TradeoffPoint
from qdit4sr_gui.state.plot_data import nice_ticks
from qdit4sr_gui.style.plain_tip import plain_tip
from qdit4sr_gui.style.theme import is_dark
from qdit4sr_gui.style.translation import listed, tr
from qdit4sr_gui.widgets.controls import name_control
from qdit4sr_gui.widgets.elided_name import elided_name

from .plot_axis import HorizontalAxis

_RADIUS = 4.5
_REACH = 12.0


class TradeoffPlot(QWidget):
    """Down and left is better. `pointChosen(variant)` for a click on a point; its tip has the numbers."""

    pointChosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._points: tuple[TradeoffPoint, ...] = ()
        self._cost = self._damage = ""
        self._downwards = False
        self._marked = ""
        self._spots: list[tuple[QPointF, TradeoffPoint]] = []
        self.setMouseTracking(True)
        self.setMinimumSize(180, 120)
        name_control(self, tr("Damage against cost"))

    def sizeHint(self) -> QSize:
        """Low: it is given all that the table above it leaves, and the dock scrolls only below that."""
        return QSize(320, 140)

    def show_points(
        self, points: Sequence[TradeoffPoint], cost: str, damage: str, higher_is_better: bool
    ) -> None:
        """Draw other points; where higher damage numbers are better the axis runs downwards."""
        self._points, self._cost, self._damage = tuple(points), cost, damage
        self._downwards = higher_is_better
        front = listed(p.label for p in self._points if p.on_front)
        self.setAccessibleDescription(tr("Pareto front: {variants}", variants=front) if front else "")
        self.update()

    def mark(self, key: str) -> None:
        """Put a ring around one variant's point."""
        self._marked = key
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """The point under the mouse tells its numbers."""
        point = self._under(event.position())
        if point is None:
            self.setToolTip("")
            return
        tip = f"{point.label}\n{self._damage}: {point.damage:.4g}\n{self._cost}: {point.cost:.4g}"
        self.setToolTip(plain_tip(tip))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the variant of a point."""
        point = self._under(event.position())
        if point is not None:
            self.mark(point.key)
            self.pointChosen.emit(point.key)

    def _under(self, place: QPointF) -> TradeoffPoint | None:
        near = [(math.hypot(s.x() - place.x(), s.y() - place.y()), n) for n, (s, _) in enumerate(self._spots)]
        distance, number = min(near, default=(math.inf, -1))
        return self._spots[number][1] if distance <= _REACH else None

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Axes, front, points, names."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), self.palette().base())
        self._spots = []
        if not self._points:
            painter.setPen(self.palette().placeholderText().color())
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, tr("Nothing to plot yet"))
            return
        metrics = QFontMetricsF(self.font())
        line = metrics.height()
        families = list(dict.fromkeys(point.family for point in self._points))
        entry = max(metrics.horizontalAdvance(name) for name in families) + 26
        columns = max(1, min(len(families), int((self.width() - 12) // min(entry, self.width() / 2))))
        rows = -(-len(families) // columns)
        left = metrics.horizontalAdvance("0.0000") + 8
        axis = HorizontalAxis(self._cost, self.width(), self.height(), metrics)
        height = self.height() - (1.2 + axis.lines) * line - 10 - rows * line
        area = QRectF(left, line + 6, self.width() - left - 14, max(20.0, height))
        place = _Scale(self._points, area, self._downwards)
        self._axes(painter, area, place, axis)
        self._draw_points(painter, place, families, metrics)
        self._legend(painter, families, columns, line, metrics)

    def _axes(self, painter: QPainter, area: QRectF, place: _Scale, axis: HorizontalAxis) -> None:
        line = axis.metrics.height()
        grid, text = self.palette().mid().color(), self.palette().placeholderText().color()
        for tick in place.damage_ticks(max(2, int(area.height() / (2 * line)))):
            y = place.y(tick)
            painter.setPen(QPen(grid, 0.6))
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
            painter.setPen(text)
            box = QRectF(0, y - line / 2, area.left() - 4, line)
            painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, f"{tick:g}")
        painter.setPen(text)
        ticks = nice_ticks(*place.costs, most=max(2, int(area.width() / 60)))
        axis.draw(painter, area, [(tick, place.x(tick)) for tick in ticks])
        painter.setPen(QPen(text, 1))
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        head = QRectF(4, 0, self.width() - 12, line + 4)
        painter.drawText(head, Qt.AlignmentFlag.AlignLeft, self._damage)

    def _draw_points(
        self, painter: QPainter, place: _Scale, families: list[str], metrics: QFontMetricsF
    ) -> None:
        front = sorted((p for p in self._points if p.on_front), key=lambda p: p.cost)
        painter.setPen(QPen(self.palette().placeholderText().color(), 1.2, Qt.PenStyle.DashLine))
        painter.drawPolyline(QPolygonF([place.spot(p) for p in front]))
        taken: list[QRectF] = []
        for point in sorted(self._points, key=lambda p: not p.on_front):
            number = families.index(point.family)
            spot, colour = place.spot(point), self._colour(number)
            ring = self.palette().text().color() if point.on_front else colour
            painter.setPen(QPen(ring, 1.4))
            painter.setBrush(colour)
            painter.drawPolygon(_mark(number, spot))
            if point.key == self._marked:
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.setPen(QPen(self.palette().highlight().color(), 2))
                painter.drawEllipse(spot, 2 * _RADIUS, 2 * _RADIUS)
            self._spots.append((spot, point))
            width = metrics.horizontalAdvance(point.widths)
            x = spot.x() + 7 if spot.x() + 9 + width < self.width() else spot.x() - 7 - width
            box = QRectF(x, spot.y() - metrics.height(), width, metrics.height())
            if point.widths and not any(box.intersects(other) for other in taken):
                taken.append(box)
                painter.setPen(self.palette().placeholderText().color())
                painter.drawText(box, Qt.AlignmentFlag.AlignLeft, point.widths)

    def _legend(
        self, painter: QPainter, families: list[str], columns: int, line: float, metrics: QFontMetricsF
    ) -> None:
        rows = -(-len(families) // columns)
        width = (self.width() - 12) / columns
        for number, family in enumerate(families):
            left = 8 + number // rows * width
            top = self.height() - 3 - (rows - number % rows) * line
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._colour(number))
            painter.drawPolygon(_mark(number, QPointF(left + 5, top + line / 2)))
            painter.setPen(self.palette().text().color())
            label = elided_name(tr(family), metrics, width - 20)
            painter.drawText(QPointF(left + 15, top + metrics.ascent()), label)

    def _colour(self, number: int) -> QColor:
        return QColor(series_colour(number, is_dark(self.palette())))


def _mark(number: int, centre: QPointF) -> QPolygonF:
    """A disc, a square, a triangle or a diamond: a second sign of the method besides its colour."""
    corners, turn = ((32, 0.0), (4, math.pi / 4), (3, math.pi), (4, 0.0))[number % 4]
    radius = _RADIUS if corners == 32 else 1.3 * _RADIUS
    angles = [turn + 2 * math.pi * corner / corners for corner in range(corners)]
    return QPolygonF(
        [QPointF(centre.x() + radius * math.sin(a), centre.y() + radius * math.cos(a)) for a in angles]
    )


class _Scale:
    """From numbers to places; damage on a logarithmic axis where it spans more than a factor of 30."""

    def __init__(self, points: Sequence[TradeoffPoint], area: QRectF, downwards: bool) -> None:
        self.area, self.downwards = area, downwards
        damages = [point.damage for point in points]
        self.logarithmic = not downwards and min(damages) > 0 and max(damages) / min(damages) > 30
        self.costs = _padded([point.cost for point in points])
        self.levels = _padded([self._level(damage) for damage in damages])

    def _level(self, damage: float) -> float:
        return math.log10(damage) if self.logarithmic else damage

    def x(self, cost: float) -> float:
        share = (cost - self.costs[0]) / (self.costs[1] - self.costs[0])
        return self.area.left() + share * self.area.width()

    def y(self, damage: float) -> float:
        share = (self._level(damage) - self.levels[0]) / (self.levels[1] - self.levels[0])
        if self.downwards:
            share = 1 - share
        return self.area.bottom() - share * self.area.height()

    def spot(self, point: TradeoffPoint) -> QPointF:
        return QPointF(self.x(point.cost), self.y(point.damage))

    def damage_ticks(self, most: int) -> list[float]:
        if not self.logarithmic:
            return nice_ticks(*self.levels, most=most)
        return [10.0**power for power in range(math.ceil(self.levels[0]), math.floor(self.levels[1]) + 1)]


def _padded(values: Sequence[float]) -> tuple[float, float]:
    low, high = min(values), max(values)
    margin = 0.08 * (high - low) or 0.1 * (abs(high) or 1.0)
    return low - margin, high + margin
