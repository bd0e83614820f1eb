"""Many variants at once: a grid of ticks, methods down, widths across."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QLabel,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from qdit4sr_core.errors import VariantError
from qdit4sr_core.variant_text import VariantText, read_variant
from qdit4sr_gui.state.method_catalogue import WITHOUT_MODEL, MethodCatalogue
from qdit4sr_gui.style.translation import tr
from qdit4sr_gui.widgets.controls import name_control
from qdit4sr_gui.widgets.tick_delegate import TickDelegate

WIDTHS = ((8, 8), (6, 6), (4, 6), (4, 4), (3, 3))


class MethodGridDialog(QDialog):
    """`chosen(variants)` in the grammar: what is ticked and was not there before, method by method."""

    chosen = Signal(tuple)

    def __init__(self, catalogue: MethodCatalogue, specs: Iterable[str], parent: QWidget) -> None:
        """`specs` are the variants that are in the list already: their ticks are set and cannot be taken."""
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Add methods and widths"))
        without = {entry.name for entry in WITHOUT_MODEL}
        self._methods = [entry for entry in catalogue.methods if entry.name not in without]
        self.grid = QTableWidget(len(self._methods), len(WIDTHS))
        self.grid.setItemDelegate(TickDelegate(self.grid))
        self.grid.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.grid.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.grid.setHorizontalHeaderLabels([f"W{w}A{a}" for w, a in WIDTHS])
        self.grid.setVerticalHeaderLabels([tr(entry.label) for entry in self._methods])
        self.grid.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.grid.horizontalHeader().setDefaultSectionSize(self.fontMetrics().horizontalAdvance("W8A8") + 24)
        self.grid.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 8)
        self.grid.verticalHeader().setDefaultAlignment(
            Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        )
        self.grid.setMinimumSize(480, 240)
        self.resize(760, 440)
        name_control(self.grid, tr("Methods and widths"))
        self._fill({_plain(spec) for spec in specs})
        self.grid.verticalHeader().sectionClicked.connect(self._turn_row)
        self.grid.horizontalHeader().sectionClicked.connect(self._turn_column)
        self.grid.itemChanged.connect(self._count)
        self.buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        self.buttons.accepted.connect(self._accept)
        self.buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(QLabel(tr("A click on a method or a width ticks its whole row or column.")))
        layout.addWidget(self.grid, 1)
        layout.addWidget(self.buttons)
        self._count()

    def variants(self) -> tuple[str, ...]:
        """What is ticked and can be added."""
        return tuple(
            VariantText("method", entry.name, *WIDTHS[column]).text
            for row, entry in enumerate(self._methods)
            for column in range(len(WIDTHS))
            if self._free(row, column) and self._item(row, column).checkState() == Qt.CheckState.Checked
        )

    def _fill(self, present: set[str]) -> None:
        for row, entry in enumerate(self._methods):
            self.grid.verticalHeaderItem(row).setToolTip(tr(entry.summary))
            for column, widths in enumerate(WIDTHS):
                text = VariantText("method", entry.name, *widths).text
                item = QTableWidgetItem()
                there = text in present
                item.setCheckState(Qt.CheckState.Checked if there else Qt.CheckState.Unchecked)
                item.setFlags(
                    Qt.ItemFlag.NoItemFlags
                    if there
                    else Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsUserCheckable
                )
                item.setToolTip(f"{tr(entry.label)} W{widths[0]}A{widths[1]}")
                self.grid.setItem(row, column, item)

    def _free(self, row: int, column: int) -> bool:
        return bool(self._item(row, column).flags() & Qt.ItemFlag.ItemIsEnabled)

    def _item(self, row: int, column: int) -> QTableWidgetItem:
        item = self.grid.item(row, column)
        if item is None:
            raise ValueError(f"the grid has no cell {row}, {column}")
        return item

    def _turn(self, cells: list[tuple[int, int]]) -> None:
        free = [self._item(row, column) for row, column in cells if self._free(row, column)]
        on = any(item.checkState() != Qt.CheckState.Checked for item in free)
        for item in free:
            item.setCheckState(Qt.CheckState.Checked if on else Qt.CheckState.Unchecked)

    @Slot(int)
    def _turn_row(self, row: int) -> None:
        self._turn([(row, column) for column in range(len(WIDTHS))])

    @Slot(int)
    def _turn_column(self, column: int) -> None:
        self._turn([(row, column) for row in range(len(self._methods))])

    @Slot()
    def _count(self) -> None:
        count = len(self.variants())
        add = self.buttons.button(QDialogButtonBox.StandardButton.Ok)
        add.setText(tr("Add {count} variants", count=count))
        add.setEnabled(count > 0)

    @Slot()
    def _accept(self) -> None:
        self.chosen.emit(self.variants())
        self.accept()


def _plain(spec: str) -> str:
    try:
        return read_variant(spec).text
    except VariantError:
        return spec
