"""The spatio-temporal bit grid: layers down, sampling steps across, weight bits in a column of their own."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QHelpEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QToolTip, QWidget

from qdit4sr_core import colours
from qdit4sr_core.figures.bit_grid import short_layer_name
from qdit4sr_core.inspection import LayerInspection, ModelInspection
from qdit4sr_gui.style.translation import listed, tr
from qdit4sr_gui.widgets.controls import name_control
from qdit4sr_gui.widgets.events_first import EventsFirst

ROW, LEGEND, SNR_WIDTH = 13, 20, 64


def bit_colour(bits: int) -> QColor:
    """Warm where bits are few, cool where they are many; 16 stands for float."""
    return QColor(colours.bit_colour(bits))


class BitGridView(QWidget):
    """One row a layer: name, weight bits, activation bits at each step, and a bar for the layer's SNR."""

    layerChosen = Signal(str)
    layerOpened = Signal()
    """The chosen layer was double-clicked, or Enter was pressed on it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        EventsFirst(self, self._take_event)
        self._inspection: ModelInspection | None = None
        self.chosen = ""
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        name_control(
            self, tr("Bit grid"), tr("Click a layer to choose it, double-click or Enter for its spectrum.")
        )

    def show_inspection(self, inspection: ModelInspection | None) -> None:
        """Draw other layers."""
        self._inspection = inspection
        self.setMinimumHeight(LEGEND + ROW * len(self.layers) + 4)
        self.updateGeometry()
        self.update()

    @property
    def layers(self) -> tuple[LayerInspection, ...]:
        """The layers drawn."""
        return () if self._inspection is None else self._inspection.layers

    def sizeHint(self) -> QSize:
        """All rows."""
        return QSize(300, LEGEND + ROW * max(8, len(self.layers)) + 4)

    def layer_at(self, point: QPoint) -> LayerInspection | None:
        """The layer under a point."""
        row = (point.y() - LEGEND) // ROW
        return self.layers[row] if 0 <= row < len(self.layers) else None

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose a layer."""
        self._choose(self.layer_at(event.position().toPoint()))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Open a layer."""
        if self.layer_at(event.position().toPoint()) is not None:
            self.layerOpened.emit()

    def keyPressEvent(self, event) -> None:  # type: ignore[no-untyped-def]
        """Arrow keys move through the layers, Enter opens the chosen one."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.chosen:
            self.layerOpened.emit()
            return
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
        if step is None or not self.layers:
            super().keyPressEvent(event)
            return
        names = [layer.name for layer in self.layers]
        row = names.index(self.chosen) + step if self.chosen in names else 0
        self._choose(self.layers[min(max(row, 0), len(names) - 1)])

    def _take_event(self, event: QEvent) -> bool:
        """The layer's full name and numbers as a tool tip."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            layer = self.layer_at(event.pos())
            if layer is not None:
                QToolTip.showText(event.globalPos(), describe(layer), self)
                return True
        return False

    def _choose(self, layer: LayerInspection | None) -> None:
        if layer is not None and layer.name != self.chosen:
            self.chosen = layer.name
            self.update()
            self.layerChosen.emit(layer.name)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Only the rows in sight."""
        painter = QPainter(self)
        painter.fillRect(event.rect(), self.palette().base())
        if self._inspection is None or not self.layers:
            return
        font = painter.font()
        font.setPixelSize(ROW - 3)
        painter.setFont(font)
        metrics = QFontMetricsF(font)
        longest = max(metrics.horizontalAdvance(short_layer_name(layer.name)) for layer in self.layers)
        names = min(longest + 8, 0.45 * self.width())
        self._legend(painter, names)
        finite = [layer.snr_db for layer in self.layers if abs(layer.snr_db) != float("inf")]
        top = max([*finite, 1.0])
        for row, layer in enumerate(self.layers):
            y = LEGEND + row * ROW
            if y + ROW >= event.rect().top() and y <= event.rect().bottom():
                self._row(painter, metrics, layer, y, names, top)

    def _row(
        self,
        painter: QPainter,
        metrics: QFontMetricsF,
        layer: LayerInspection,
        y: int,
        names: float,
        top: float,
    ) -> None:
        if layer.name == self.chosen:
            painter.fillRect(QRectF(0, y, self.width(), ROW), self.palette().highlight())
        text = self.palette().highlightedText() if layer.name == self.chosen else self.palette().text()
        painter.setPen(text.color())
        name = metrics.elidedText(short_layer_name(layer.name), Qt.TextElideMode.ElideLeft, names - 6)
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.drawText(QRectF(3, y, names, ROW), flags, name)
        self._cell(painter, QRectF(names, y, 18, ROW), layer.weight_bits, True)
        left, right = names + 24, self.width() - SNR_WIDTH - 6
        width = (right - left) / max(1, len(layer.activation_bits))
        for step, bits in enumerate(layer.activation_bits):
            self._cell(painter, QRectF(left + step * width, y, width, ROW), bits, width >= 11)
        share = min(max(layer.snr_db / top, 0.0), 1.0)
        bar = QRectF(right + 6, y + 2, (SNR_WIDTH - 2) * share, ROW - 4)
        shade = QColor(text.color())
        shade.setAlpha(56)
        painter.fillRect(bar, shade)
        painter.setPen(text.color())
        painter.drawText(QRectF(right + 6, y, SNR_WIDTH - 4, ROW), flags, f"{layer.snr_db:.1f} dB")

    def _cell(self, painter: QPainter, box: QRectF, bits: int, with_text: bool) -> None:
        colour = bit_colour(bits)
        painter.fillRect(box.adjusted(0.5, 0.5, -0.5, -0.5), colour)
        if with_text:
            painter.setPen(QPen(QColor("#000000" if colour.lightness() > 120 else "#ffffff")))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, "f" if bits >= 16 else str(bits))

    def _legend(self, painter: QPainter, names: float) -> None:
        painter.setPen(self.palette().placeholderText().color())
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.drawText(QRectF(3, 0, names, LEGEND), flags, tr("layer"))
        painter.drawText(QRectF(names, 0, 24, LEGEND), flags, "W")
        painter.drawText(
            QRectF(names + 24, 0, self.width(), LEGEND), flags, tr("A at step 1 … {n}", n=self._steps())
        )
        painter.drawText(QRectF(self.width() - SNR_WIDTH, 0, SNR_WIDTH, LEGEND), flags, "SNR")

    def _steps(self) -> int:
        return 0 if self._inspection is None else self._inspection.steps


def describe(layer: LayerInspection) -> str:
    """All numbers of a layer in a few lines."""
    widths = sorted(set(layer.activation_bits))
    activation = f"A{widths[0]}" if len(widths) == 1 else f"A{widths[0]}–{widths[-1]}"
    parts = listed(f"{tr(part)} {size / 1000:.1f} kB" for part, size in layer.bytes_by_part.items())
    return (
        f"{layer.name}\nW{layer.weight_bits} {activation}   SNR {layer.snr_db:.2f} dB\n{parts}\n"
        f"{layer.macs_per_token / 1e6:.2f} M MAC / token"
    )
