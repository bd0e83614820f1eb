"""Power spectrum and histogram of the active region, one curve a variant, painted directly."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QColor, QFontMetricsF, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QComboBox, QVBoxLayout, QWidget

from qdit4sr_core.colours import series_colour, series_dashes
from qdit4sr_core.metrics.reasons import why_of
from qdit4sr_core.metrics.regions import Region
from qdit4sr_core.progress import CancelCheck
from qdit4sr_gui.state.plot_data import (
    REFERENCE,
    TRUTH,
    PlotData,
    PlotImage,
    Series,
    histogram_plot,
    nice_ticks,
    profile_plot,
    relative_spectrum_plot,
    spectrum_plot,
    trajectory_plot,
)
from qdit4sr_gui.style.theme import is_dark
from qdit4sr_gui.style.translation import tr
from qdit4sr_gui.widgets.controls import name_control
from qdit4sr_gui.widgets.elided_name import elided_name
from qdit4sr_gui.work.tasks import TaskRunner

from .plot_axis import HorizontalAxis

_TRUTH_DASHES = (2.0, 2.0)
_LEGEND_SHARE = 0.35
"""A legend takes no more of a plot's height."""


def dashed_pen(colour: QColor, width: float, dashes: Sequence[float]) -> QPen:
    """A pen with these strokes and gaps in line widths; solid where there are none."""
    pen = QPen(colour, width)
    if dashes:
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        pen.setDashPattern(list(dashes))
    return pen


class LinePlot(QWidget):
    """Curves with axes, a legend, and the values under the mouse."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._data = PlotData("", "", "")
        self._hint = tr("Nothing to plot yet")
        self._mouse: float | None = None
        self.setMouseTracking(True)
        self.setMinimumSize(180, 130)
        name_control(self, tr("Plot"))

    def sizeHint(self) -> QSize:
        """A comfortable size for a dock."""
        return QSize(320, 220)

    def show_hint(self, text: str) -> None:
        """Draw no curves, but what to do to see some."""
        self._hint = text
        self.show_data(PlotData("", "", ""))

    def show_data(self, data: PlotData) -> None:
        """Draw other curves."""
        self._data = data
        self.setAccessibleDescription(", ".join([tr(data.title), *(series.label for series in data.series)]))
        self.update()

    @property
    def drawn(self) -> tuple[Series, ...]:
        """The curves that are shown."""
        return self._data.series

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Read the curves under the mouse."""
        self._mouse = event.position().x()
        self.update()

    def leaveEvent(self, event: object) -> None:  # noqa: ARG002
        """No reading outside."""
        self._mouse = None
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Axes, curves, legend, reading."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), self.palette().base())
        if not self._data.series:
            painter.setPen(self.palette().placeholderText().color())
            text = self._data.why.text(tr) if self._data.why is not None else self._hint
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, text)
            return
        _Drawing(painter, self, self._data, self._mouse).draw()


class _Drawing:
    """One painting of a plot."""

    def __init__(self, painter: QPainter, plot: LinePlot, data: PlotData, mouse: float | None) -> None:
        self.painter, self.plot, self.data, self.mouse = painter, plot, data, mouse
        self.metrics = QFontMetricsF(plot.font())
        line = self.metrics.height()
        widest = max(self.metrics.horizontalAdvance(series.label) for series in data.series)
        entry = widest + self.metrics.horizontalAdvance("-000.0") + 44
        rows = max(1, int(_LEGEND_SHARE * plot.height() / line))  # names are cut rather than the plot
        self.columns = min(len(data.series), max(1, int((plot.width() - 8) // entry)))
        self.columns = max(self.columns, -(-len(data.series) // rows))
        legend = line * -(-len(data.series) // self.columns) + 6
        left = self.metrics.horizontalAdvance("-000") + 10
        self.axis = HorizontalAxis(tr(data.x_title), plot.width(), plot.height(), self.metrics)
        height = plot.height() - (1 + self.axis.lines) * line - 16 - legend
        self.area = QRectF(left, line + 6, plot.width() - left - 10, height)
        self.x_range = data.x_range or (float(data.series[0].x[0]), float(data.series[0].x[-1]))
        low = min(float(np.min(series.y)) for series in data.series)
        high = max(float(np.max(series.y)) for series in data.series)
        short = max(0.0, data.least_span - (high - low)) / 2
        low, high = low - short, high + short
        margin = 0.05 * (high - low or 1.0)
        self.y_range = (low - margin if low < 0 or low > 2 * margin else 0.0, high + margin)

    def draw(self) -> None:
        self._axes()
        if self.area.height() > 10:
            for number, series in enumerate(self.data.series):
                self._curve(number, series)
        self._legend()

    def _point(self, x: float, y: float) -> QPointF:
        (x0, x1), (y0, y1) = self.x_range, self.y_range
        across = (x - x0) / (x1 - x0 or 1.0)
        up = (y - y0) / (y1 - y0 or 1.0)
        return QPointF(
            self.area.left() + across * self.area.width(), self.area.bottom() - up * self.area.height()
        )

    def _axes(self) -> None:
        palette, painter = self.plot.palette(), self.painter
        grid, text = palette.mid().color(), palette.placeholderText().color()
        line = self.metrics.height()
        for tick in nice_ticks(*self.y_range, most=max(2, int(self.area.height() / (2 * line)))):
            y = self._point(self.x_range[0], tick).y()
            painter.setPen(QPen(grid, 0.6))
            painter.drawLine(QPointF(self.area.left(), y), QPointF(self.area.right(), y))
            painter.setPen(text)
            box = QRectF(0, y - line / 2, self.area.left() - 5, line)
            painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, f"{tick:g}")
        painter.setPen(text)
        ticks = nice_ticks(*self.x_range, most=max(2, int(self.area.width() / 50)))
        self.axis.draw(painter, self.area, [(tick, self._point(tick, 0.0).x()) for tick in ticks])
        painter.setPen(QPen(text, 1))
        painter.drawLine(self.area.bottomLeft(), self.area.bottomRight())
        box = QRectF(4, 0, self.plot.width() - 14, line + 4)
        painter.drawText(box, Qt.AlignmentFlag.AlignLeft, tr(self.data.y_title))

    def _pen(self, number: int, width: float) -> QPen:
        """Full precision and the ground truth are ink, broad or dashed; variants have colours and strokes.

        Full precision lies under the others: it is also pale, so that both are seen.
        """
        colour, palette = self.data.series[number].colour, self.plot.palette()
        if colour == REFERENCE:
            ink = palette.text().color()
            ink.setAlpha(130)
            return QPen(ink, 4.0)
        if colour == TRUTH:
            return dashed_pen(palette.text().color(), width, _TRUTH_DASHES)
        return dashed_pen(QColor(series_colour(colour, is_dark(palette))), width, series_dashes(colour))

    def _curve(self, number: int, series: Series) -> None:
        self.painter.setPen(self._pen(number, 1.5))
        points = [self._point(float(x), float(y)) for x, y in zip(series.x, series.y, strict=True)]
        self.painter.drawPolyline(QPolygonF(points))

    def _legend(self) -> None:
        line = self.metrics.height()
        rows = -(-len(self.data.series) // self.columns)
        top = self.plot.height() - line * rows - 4
        width = (self.plot.width() - 8) / self.columns
        reading = None
        if self.mouse is not None and self.area.left() <= self.mouse <= self.area.right():
            share = (self.mouse - self.area.left()) / max(self.area.width(), 1.0)
            reading = self.x_range[0] + share * (self.x_range[1] - self.x_range[0])
            self.painter.setPen(QPen(self.plot.palette().placeholderText().color(), 1, Qt.PenStyle.DotLine))
            self.painter.drawLine(
                QPointF(self.mouse, self.area.top()), QPointF(self.mouse, self.area.bottom())
            )
        for number, series in enumerate(self.data.series):
            left, y = 8 + number // rows * width, top + number % rows * line
            self.painter.setPen(self._pen(number, 2.5))
            self.painter.drawLine(QPointF(left, y + line / 2), QPointF(left + 20, y + line / 2))
            self.painter.setPen(self.plot.palette().text().color())
            value = ""
            if reading is not None:
                value = f"{np.interp(reading, series.x, series.y):.1f}"
            label = elided_name(series.label, self.metrics, width - (80 if value else 36))
            self.painter.drawText(QPointF(left + 24, y + self.metrics.ascent()), label)
            box = QRectF(left, y, width - 10, line)
            self.painter.drawText(box, Qt.AlignmentFlag.AlignRight, value)


KINDS: dict[str, Callable[[Sequence[PlotImage], Region | None], PlotData]] = {
    "relative": relative_spectrum_plot,
    "spectrum": spectrum_plot,
    "profile": profile_plot,
    "trajectory": trajectory_plot,
    "histogram": histogram_plot,
}


class PlotsPanel(QWidget):
    """Chooses the plot and has it computed off the window's thread."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.kind = QComboBox()
        self.kind.addItem(tr("Spectrum against full precision"), "relative")
        self.kind.addItem(tr("Power spectrum"), "spectrum")
        self.kind.addItem(tr("Profile along the region's middle"), "profile")
        self.kind.addItem(tr("Error along sampling"), "trajectory")
        self.kind.addItem(tr("Histogram"), "histogram")
        self.kind.currentIndexChanged.connect(self._compute)
        name_control(self.kind, tr("Kind of plot"))
        self.plot = LinePlot()
        self._images: tuple[PlotImage, ...] = ()
        self._region: Region | None = None
        self._tasks = TaskRunner(self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 4, 4, 4)
        layout.addWidget(self.kind)
        layout.addWidget(self.plot, 1)

    @property
    def busy(self) -> bool:
        """True while curves are computed."""
        return self._tasks.busy

    def set_images(self, images: Sequence[PlotImage], region: Region | None) -> None:
        """Plot these images in a region, or as a whole."""
        same = len(images) == len(self._images) and all(
            new.key == old.key
            and new.pixels is old.pixels
            and new.label == old.label
            and new.trajectory == old.trajectory
            for new, old in zip(images, self._images, strict=True)
        )
        if same and region == self._region:
            return
        self._images, self._region = tuple(images), region
        self._compute()

    def close_tasks(self) -> None:
        """Stop computing."""
        self._tasks.close()

    @Slot()
    def _compute(self) -> None:
        images, region, kind = self._images, self._region, str(self.kind.currentData())
        place = tr("Whole image") if region is None or kind == "trajectory" else region.name

        def work(_cancelled: CancelCheck) -> PlotData:
            return KINDS[kind](images, region)

        def show(data: PlotData) -> None:
            self.plot.show_data(replace(data, y_title=f"{tr(data.y_title)} · {place}"))

        self._tasks.submit(work, show, self._failed, kind="plot")

    def _failed(self, error: Exception, _details: str) -> None:
        self.plot.show_data(PlotData("", "", "", why=why_of(error)))
