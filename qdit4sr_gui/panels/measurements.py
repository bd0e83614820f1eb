"""The numbers: region x variant x metric, the best marked, with the region's place to edit by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFont, QIcon, QPixmap
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QStyleOptionViewItem,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from qdit4sr_core.measured_against import FULL_PRECISION, GROUND_TRUTH
from qdit4sr_core.metrics.registry import METRICS
from qdit4sr_gui.state.measurement_table import Block, Cell, MeasurementTable, heading
from qdit4sr_gui.state.regions import RegionsModel
from qdit4sr_gui.style.icons import unchanged_icon
from qdit4sr_gui.style.plain_tip import plain_tip
from qdit4sr_gui.style.rank_look import rank_colour, ranked_font
from qdit4sr_gui.style.translation import listed, said_of, tr
from qdit4sr_gui.widgets.controls import name_control, narrow
from qdit4sr_gui.widgets.elided_name import short_width
from qdit4sr_gui.widgets.explained import explaining_tip
from qdit4sr_gui.widgets.name_delegate import NameDelegate
from qdit4sr_gui.widgets.outlined import NumberBox
from qdit4sr_gui.widgets.placeholder import placeholder
from qdit4sr_gui.widgets.slim_header import SlimHeader
from qdit4sr_gui.widgets.stacked_heading import stacked_heading

BOX_WIDTH = 58
"""Logical pixels of a number's box: four digits; five scroll."""


class MeasurementsPanel(QWidget):
    """Shows a `MeasurementTable`; `referenceChosen` when the user switches what is measured against."""

    referenceChosen = Signal(str)

    def __init__(self, regions: RegionsModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shape: tuple[object, ...] = ()
        self._table: MeasurementTable | None = None
        self.reference = QComboBox()
        self.reference.addItem(tr("Full precision (damage by quantization)"), FULL_PRECISION)
        self.reference.addItem(tr("Ground truth (quality of restoration)"), GROUND_TRUTH)
        self.reference.activated.connect(self._choose_reference)
        narrow(self.reference)
        name_control(self.reference, tr("Measured against"))
        self.tree = QTreeWidget()
        self.tree.setHeader(SlimHeader(clickable=False))
        self.tree.setRootIsDecorated(False)
        self.tree.setIndentation(10)
        self.tree.setUniformRowHeights(True)
        self.tree.setAlternatingRowColors(True)
        self.tree.setItemDelegate(_RoomyDelegate(self.tree))
        self._regions = regions
        self.tree.viewport().installEventFilter(self)
        self.tree.header().sectionResized.connect(self._section_resized)
        self.tree.itemClicked.connect(self._activate)
        self.tree.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.tree.setSelectionMode(QTreeWidget.SelectionMode.ContiguousSelection)
        name_control(self.tree, tr("Measurements"), tr("Bold green: best. Underlined: second best."))
        self._empty = placeholder(self.tree, tr("Numbers appear here once variants have run."))
        self.place = RegionEditor(regions)
        self.note = QLabel(tr("Press R and draw a region over a texture to measure it."))
        self.note.setWordWrap(True)
        top = QHBoxLayout()
        top.addWidget(QLabel(tr("Against")))
        top.addWidget(self.reference, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 4, 4, 4)
        layout.addLayout(top)
        layout.addWidget(self.tree, 1)
        layout.addWidget(self.note)
        layout.addWidget(self.place)

    def set_truth_available(self, available: bool) -> None:
        """Ground truth can be chosen only where the photo has one."""
        item = self.reference.model().item(1)  # type: ignore[attr-defined]
        item.setEnabled(available)

    def changeEvent(self, event: QEvent) -> None:
        """Numbers carry colours of the theme: with another theme they are filled in again."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self._table is not None:
            self.show_table(self._table)

    def show_table(self, table: MeasurementTable) -> None:
        """Show all numbers; rows are made anew only when the table's shape changed."""
        self._table = table
        shape = (table.metrics, tuple((b.title, tuple(r.spec for r in b.rows)) for b in table.blocks))
        if shape != self._shape:
            self._build(table)
            self._shape = shape
        for number, block in enumerate(table.blocks):
            self._fill(self.tree.topLevelItem(number), block, table)
        self._fit_names()
        self.reference.setCurrentIndex(self.reference.findData(table.reference))
        reasons = why_not(table)
        self.note.setText(reasons or tr("Press R and draw a region over a texture to measure it."))
        self.note.setVisible(bool(reasons) or len(table.blocks) < 2)

    @Slot(QTreeWidgetItem)
    def _activate(self, item: QTreeWidgetItem) -> None:
        """The region of the row clicked can be edited; of the whole image's rows none."""
        self._regions.activate(self.tree.indexOfTopLevelItem(item.parent() or item) - 1)

    def _build(self, table: MeasurementTable) -> None:
        self.tree.clear()
        self._empty.setVisible(not table.blocks)
        self.tree.setColumnCount(1 + len(table.metrics))
        self.tree.setHeaderLabels(
            [tr("Variant"), *(stacked_heading(heading(name, False, tr)) for name in table.metrics)]
        )
        for column, name in enumerate(table.metrics, start=1):
            metric = METRICS[name]
            tip = explaining_tip(metric.label, f"{heading(name, True, tr)}: {tr(metric.measures)}")
            self.tree.headerItem().setToolTip(column, tip)
        for block in table.blocks:
            parent = QTreeWidgetItem(self.tree)
            for _ in block.rows:
                QTreeWidgetItem(parent)
            parent.setExpanded(True)
            parent.setFirstColumnSpanned(True)
        header = self.tree.header()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Interactive)
        header.setStretchLastSection(False)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Names give way to numbers, also when a scroll bar comes, which narrows the viewport alone."""
        if event.type() == QEvent.Type.Resize:
            self._fit_names()
        return super().eventFilter(watched, event)

    @Slot(int, int, int)
    def _section_resized(self, section: int, _before: int, _now: int) -> None:
        if section > 0:
            self._fit_names()

    def _fit_names(self) -> None:
        """The names' column takes what the numbers leave, between what short and whole names need."""
        needed = max(self.tree.sizeHintForColumn(0) + 8, self.tree.header().sectionSizeHint(0))
        numbers = sum(self.tree.columnWidth(n) for n in range(1, self.tree.columnCount()))
        names = [row.label for block in self._table.blocks for row in block.rows] if self._table else []
        least = short_width(names, self.fontMetrics()) + self.tree.indentation()
        self.tree.header().resizeSection(0, min(needed, max(least, self.tree.viewport().width() - numbers)))

    def _fill(self, parent: QTreeWidgetItem | None, block: Block, table: MeasurementTable) -> None:
        if parent is None:
            return
        size = "" if block.region is None else f"  {block.region.width}×{block.region.height}"
        parent.setText(0, block.title + size)
        if block.colour:
            parent.setIcon(0, _swatch(block.colour))
        bold = QFont(self.tree.font())
        bold.setBold(True)
        parent.setFont(0, bold)
        for index, row in enumerate(block.rows):
            item = parent.child(index)
            if item is None:
                continue
            item.setText(0, row.label)
            item.setToolTip(0, plain_tip(row.label))
            for column, name in enumerate(table.metrics, start=1):
                self._fill_cell(item, column, name, row.cells[name], table.reference)

    def _fill_cell(self, item: QTreeWidgetItem, column: int, metric: str, cell: Cell, reference: str) -> None:
        number = cell.value is not None and cell.value.value is not None
        item.setText(column, tr("ref.") if cell.is_reference else cell.short)
        item.setTextAlignment(column, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        font = ranked_font(self.tree.font(), cell.rank)
        font.setItalic(not number)
        item.setFont(column, font)
        colour = rank_colour(self.palette(), cell.rank)
        if colour is not None:
            item.setForeground(column, colour)
        elif not number:
            item.setForeground(column, self.palette().placeholderText())
        else:
            item.setForeground(column, self.palette().text())
        known = METRICS[metric]
        direction = (
            tr("Measured against {reference}.", reference=tr(reference)) if known.full_reference else ""
        )
        engine = cell.value.engine if cell.value is not None else ""
        item.setToolTip(
            column, "\n".join(part for part in (cell.text, tr(known.measures), direction, engine) if part)
        )

    @Slot()
    def _choose_reference(self) -> None:
        self.referenceChosen.emit(self.reference.currentData())


class _RoomyDelegate(NameDelegate):
    """A little air around each number (a style sheet would not follow a change of theme)."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """The text's size and a margin."""
        return super().sizeHint(option, index) + QSize(8, 5)


class RegionEditor(QWidget):
    """Name, place and size of the active region as numbers."""

    def __init__(self, regions: RegionsModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._regions = regions
        self._showing = False
        self.name = QLineEdit()
        self.name.setMaximumWidth(90)
        self.name.setMinimumWidth(30)
        self.name.editingFinished.connect(self._apply)
        name_control(self.name, tr("Name of the region"))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(self.name)
        self.boxes: dict[str, NumberBox] = {}
        for field, prefix, title in (
            ("x", "x ", tr("Left edge")),
            ("y", "y ", tr("Upper edge")),
            ("width", "w ", tr("Width")),
            ("height", "h ", tr("Height")),
        ):
            box = NumberBox()
            box.setRange(0, 65535)
            box.setPrefix(prefix)
            box.setMinimumWidth(BOX_WIDTH)
            box.setKeyboardTracking(False)
            box.valueChanged.connect(self._apply)
            name_control(box, title)
            layout.addWidget(box, 1)
            self.boxes[field] = box
        regions.changed.connect(self.refresh)
        regions.dragging.connect(self.refresh)
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        """Show the active region."""
        region = self._regions.active_region
        self.setEnabled(region is not None)
        self._showing = True
        self.name.setText(region.name if region is not None else "")
        for field, box in self.boxes.items():
            box.setValue(getattr(region, field) if region is not None else 0)
        self._showing = False

    @Slot()
    def _apply(self) -> None:
        region = self._regions.active_region
        if self._showing or region is None:
            return
        values: dict[str, Any] = {field: box.value() for field, box in self.boxes.items()}
        self._regions.update(
            self._regions.active, replace(region, name=self.name.text() or region.name, **values)
        )


def why_not(table: MeasurementTable) -> str:
    """The reasons of all cells without a number: "n/a: region under 96 px (B: NIQE)"."""
    found: dict[str, list[str]] = {}
    for block in table.blocks:
        for name in table.metrics:
            for row in block.rows:
                cell = row.cells[name]
                why = None if cell.value is None else cell.value.why
                if why is not None:
                    place = said_of(block.title, tr(METRICS[name].label))
                    places = found.setdefault(why.text(tr), [])
                    if place not in places:
                        places.append(place)
    return "\n".join(
        tr("{reason} ({places})", reason=reason, places=listed(places)) for reason, places in found.items()
    )


def _swatch(colour: str) -> QIcon:
    pixmap = QPixmap(10, 10)
    pixmap.fill(QColor(colour))
    return unchanged_icon(pixmap)
