"""Every variant over all photos: what it costs, what it damages, and which are worth their cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from qdit4sr_gui.style.plain_tip import plain_tip
from qdit4sr_gui.style.rank_look import rank_colour, ranked_font
from qdit4sr_gui.style.translation import tr
from qdit4sr_gui.widgets.controls import name_control, narrow
from qdit4sr_gui.widgets.elided_name import short_width
from qdit4sr_gui.widgets.name_delegate import NameDelegate
from qdit4sr_gui.widgets.placeholder import placeholder
from qdit4sr_gui.widgets.slim_header import SlimHeader
from qdit4sr_gui.widgets.stacked_heading import stacked_heading

from .tradeoff_plot import TradeoffPlot

if TYPE_CHECKING:
    from qdit4sr_core.evaluate import Column, Summary
    from qdit4sr_core.evaluate.summary import Cell, Row


_DAMAGE = ("psnr_fp", "texture_lost_fp", "texture_added_fp")
"""What quantization damages stands after the name, these before other damage."""
_COSTS = ("megabytes", "seconds", "weight_bits", "act_bits", "stored_bits")
"""Costs that decide stand before other costs, all behind the damage."""


def _place(column: Column) -> tuple[bool, int]:
    cost = column.reference == "cost"
    first = _COSTS if cost else _DAMAGE
    return cost, first.index(column.key) if column.key in first else len(first)


class _Number(QTableWidgetItem):
    """Sorted by its value, not by its text; absent values stand last."""

    def __init__(self, text: str, value: float) -> None:
        super().__init__(text)
        self.value = value
        self.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)

    def __lt__(self, other: QTableWidgetItem) -> bool:
        return isinstance(other, _Number) and self.value < other.value


class SummaryPanel(QWidget):
    """`wanted(bool)` when somebody starts or stops looking; `variantChosen(spec)` for a click on a row."""

    wanted = Signal(bool)
    variantChosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._summary: Summary | None = None
        self._leading = 1
        """Columns in front of those of the summary."""
        self.head = QLabel()
        self.head.setWordWrap(True)
        self.table = QTableWidget()
        self.table.setHorizontalHeader(SlimHeader(clickable=True))
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setMinimumSectionSize(1)
        self.table.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 6)
        self.table.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.table.setAlternatingRowColors(True)
        self.table.setShowGrid(False)
        self.table.setSortingEnabled(True)
        self.table.setItemDelegateForColumn(0, NameDelegate(self.table))
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.table.itemSelectionChanged.connect(self._choose)
        name_control(self.table, tr("Summary"), tr("Means over all photos; a click on a head sorts"))
        self._empty = placeholder(self.table, tr("Run variants to see what they cost and what they damage."))
        self.damage = QComboBox()
        self.cost = QComboBox()
        for box, name in ((self.damage, tr("Damage")), (self.cost, tr("Cost"))):
            narrow(box, 6)
            name_control(box, name)
            box.activated.connect(self._draw)
        self.plot = TradeoffPlot()
        self.plot.pointChosen.connect(self.variantChosen)
        self._lay_out()

    def show_summary(self, summary: Summary | None) -> None:
        """Show other numbers; the sorting and the choice of axes stay."""
        from qdit4sr_core.evaluate.pareto import cost_columns, damage_columns

        self._summary = summary
        self._empty.setVisible(summary is None)
        self._fill()
        if summary is not None:
            self.head.setText(tr("Against full precision, {photos}.", photos=_averaged(summary)))
            _offer(self.damage, damage_columns(summary), "stlpips_fp")
            _offer(self.cost, cost_columns(summary), "megabytes")
        self.head.setVisible(summary is not None)
        self._draw()

    def showEvent(self, event: QShowEvent) -> None:
        """Somebody looks."""
        super().showEvent(event)
        self.wanted.emit(True)

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks any more."""
        super().hideEvent(event)
        self.wanted.emit(False)

    def _lay_out(self) -> None:
        axes = QHBoxLayout()
        axes.addWidget(self.damage, 1)
        axes.addWidget(QLabel(tr("against")))
        axes.addWidget(self.cost, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 4, 4, 4)
        layout.addWidget(self.head)
        layout.addWidget(self.table)
        layout.addLayout(axes)
        layout.addWidget(self.plot, 1)
        self._fit_height()

    def _fill(self) -> None:
        table, summary = self.table, self._summary
        heads = table.horizontalHeader()
        sorted_by, order = heads.sortIndicatorSection(), heads.sortIndicatorOrder()
        table.blockSignals(True)
        table.setSortingEnabled(False)
        columns = [] if summary is None else list(summary.columns)
        columns.sort(key=_place)
        counted = summary is not None and _uneven(summary)
        names = [tr("Variant"), tr("Photos")] if counted else [tr("Variant")]
        if sorted_by > 0:
            sorted_by += len(names) - self._leading
        self._leading = len(names)
        table.setColumnCount(len(names) + len(columns) if columns else 0)
        table.setRowCount(0 if summary is None else len(summary.rows))
        if columns:
            table.setHorizontalHeaderLabels(names)
        for place, column in enumerate(columns, len(names)):
            head = QTableWidgetItem(stacked_heading(_head(column, short=True)))
            head.setToolTip(plain_tip(_head(column)))
            table.setHorizontalHeaderItem(place, head)
        for line, row in enumerate(summary.rows if summary is not None else ()):
            name = QTableWidgetItem(tr(row.label))
            name.setData(Qt.ItemDataRole.UserRole, row.key)
            name.setToolTip(plain_tip(tr(row.label)))
            table.setItem(line, 0, name)
            if counted:
                table.setItem(line, 1, _Number(str(row.count), row.count))
            for place, column in enumerate(columns, len(names)):
                table.setItem(line, place, self._item(row, column))
        table.setSortingEnabled(True)
        if 0 <= sorted_by < table.columnCount():
            table.sortItems(sorted_by, order)
        else:
            heads.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        table.blockSignals(False)
        self._fit_names()
        self._fit_height()

    def _item(self, row: Row, column: Column) -> _Number:
        from qdit4sr_core.report.cells import cell_text

        shown = cell_text(row, column)
        cell = row.cells[column.key]
        worst = float("inf")
        fewer = _of_fewer(row, cell)
        number = f"~{shown.number}" if fewer else shown.number
        item = _Number(number, cell.mean.value if cell.mean.count else worst)
        item.setFont(ranked_font(self.table.font(), shown.rank))
        colour = rank_colour(self.palette(), shown.rank)
        if colour is not None:
            item.setForeground(colour)
        tip = [cell.why.text(tr)] if cell.why is not None and not cell.mean.count else []
        if fewer:
            known, count = cell.mean.count, row.count
            tip.append(tr("Mean over {known} of {count} photos", known=known, count=count))
        if column.key == "seconds" and row.simulated:
            tip.append(tr("Simulated in floating point; says nothing about low-bit hardware."))
        item.setToolTip("\n".join(tip))
        return item

    def changeEvent(self, event: QEvent) -> None:
        """Numbers carry colours of the theme: with another theme they are filled in again."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self._summary is not None:
            self._fill()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Names give way to numbers, but for their short forms."""
        super().resizeEvent(event)
        self._fit_names()
        self._fit_height()

    def _fit_names(self) -> None:
        if self.table.columnCount():
            self.table.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Interactive)
            room = self.table.viewport().width()
            names = [tr(row.label) for row in self._summary.rows] if self._summary is not None else []
            needed = max(
                self.table.sizeHintForColumn(0) + 8, self.table.horizontalHeader().sectionSizeHint(0)
            )
            least = short_width(names, self.fontMetrics())
            self.table.setColumnWidth(0, min(needed, max(least, round(0.4 * room))))

    def _fit_height(self) -> None:
        """All rows are seen: the dock scrolls where there are too many, and the plot has what they leave."""
        table, heads = self.table, self.table.horizontalHeader()
        rows = sum(table.rowHeight(row) for row in range(table.rowCount()))
        rows = rows or 5 * self.fontMetrics().lineSpacing()
        height = rows + (heads.sizeHint().height() if table.columnCount() else 0) + 2 * table.frameWidth()
        if heads.length() > table.viewport().width():
            height += table.horizontalScrollBar().sizeHint().height()
        if table.height() != height:
            table.setFixedHeight(height)

    @Slot()
    def _draw(self) -> None:
        from qdit4sr_core.evaluate.pareto import said_once, tradeoff

        columns = {c.key: c for c in self._summary.columns} if self._summary is not None else {}
        cost, damage = columns.get(self.cost.currentData()), columns.get(self.damage.currentData())
        if self._summary is None or cost is None or damage is None:
            self.plot.show_points((), "", "", False)
            return
        (points,) = said_once([tradeoff(self._summary, cost, damage)])
        self.plot.show_points(points, _head(cost), _head(damage), bool(damage.higher_is_better))

    @Slot()
    def _choose(self) -> None:
        rows = self.table.selectionModel().selectedRows() if self.table.columnCount() else []
        if rows:
            key = str(rows[0].data(Qt.ItemDataRole.UserRole))
            self.plot.mark(key)
            self.variantChosen.emit(key)


def _uneven(summary: Summary) -> bool:
    return any(row.count != len(summary.images) for row in summary.rows)


def _of_fewer(row: Row, cell: Cell) -> bool:
    """Is it the mean of some of the row's photos: measured so far, or where it can be measured at all?"""
    return 0 < cell.mean.count < row.count


def _averaged(summary: Summary) -> str:
    """Over what the means are, in words."""
    count = len(summary.images)
    if count == 1:
        return tr("1 photo")
    if _uneven(summary):
        return tr("means over the photos done so far: “Photos” says how many of {count}", count=count)
    if any(_of_fewer(row, row.cells[column.key]) for row in summary.rows for column in summary.columns):
        return tr("means over {count} photos; those with ~ over fewer, see their tips", count=count)
    return tr("means over {count} photos", count=count)


def _head(column: Column, short: bool = False) -> str:
    """The title with unit and direction; the short form keeps only units that nobody would guess."""
    known = column.reference != "cost" or column.unit == "bits"
    unit = f" ({tr(column.unit)})" if column.unit and not (short and known) else ""
    return f"{tr(column.title)}{unit} {column.arrow}".strip()


def _offer(box: QComboBox, columns: tuple[Column, ...], default: str) -> None:
    chosen = box.currentData() or default
    box.blockSignals(True)
    box.clear()
    for column in columns:
        box.addItem(_head(column), column.key)
    box.setCurrentIndex(max(0, box.findData(chosen)))
    box.blockSignals(False)
