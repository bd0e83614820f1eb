"""What a figure shows: its panels in order and under which names, and the photos of a figure of several."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QTabWidget, QVBoxLayout, QWidget

from qdit4sr_gui.style.translation import tr
from qdit4sr_gui.widgets.controls import name_control
from qdit4sr_gui.widgets.tick_delegate import TickDelegate

_PHOTOS = 1
"""Index of the tab."""


class FigureContents(QWidget):
    """Ticked entries are shown; a double click changes a panel's printed name, dragging the order."""

    changed = Signal()

    def __init__(self, panels: Sequence[str], photos: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._panels = tuple(panels)
        self.panels = _ticks(panels, editable=True)
        name_control(
            self.panels,
            tr("Panels"),
            tr("Tick what is shown, drag to reorder, double click to print another name"),
        )
        self.photos = _ticks(photos, editable=False)
        name_control(self.photos, tr("Photos"), tr("Rows of the layout with a row a photo"))
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)  # the style's frame would have no lower edge around a list
        self.tabs.addTab(self.panels, tr("Panels"))
        self.tabs.addTab(self.photos, tr("Photos"))
        self.tabs.setTabToolTip(_PHOTOS, tr("Rows of the layout with a row a photo"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.tabs)
        for ticks in (self.panels, self.photos):
            ticks.itemChanged.connect(self.changed)
            ticks.model().rowsMoved.connect(self.changed)

    def offer_photos(self, offered: bool) -> None:
        """Whether photos can be chosen: other layouts show the present one alone."""
        self.tabs.setTabEnabled(_PHOTOS, offered)

    def chosen_panels(self) -> tuple[str, ...] | None:
        """The ticked panels in order; None when all stand as they were."""
        chosen = _ticked(self.panels)
        return None if chosen == self._panels else chosen

    def labels(self) -> tuple[tuple[str, str], ...]:
        """(own name, printed name) of the panels that got another one."""
        items = [self.panels.item(row) for row in range(self.panels.count())]
        pairs = [(str(item.data(Qt.ItemDataRole.UserRole)), item.text().strip()) for item in items]
        return tuple((own, printed) for own, printed in pairs if printed and tr(own) != printed)

    def chosen_photos(self) -> tuple[str, ...]:
        """The ticked photos."""
        return _ticked(self.photos)


def _ticks(names: Sequence[str], editable: bool) -> QListWidget:
    ticks = QListWidget()
    ticks.setItemDelegate(TickDelegate(ticks))
    ticks.setDragDropMode(QListWidget.DragDropMode.InternalMove)
    for name in names:
        item = QListWidgetItem(tr(name))
        item.setData(Qt.ItemDataRole.UserRole, name)
        flags = item.flags() | Qt.ItemFlag.ItemIsUserCheckable
        item.setFlags(flags | Qt.ItemFlag.ItemIsEditable if editable else flags)
        item.setCheckState(Qt.CheckState.Checked)
        ticks.addItem(item)
    return ticks


def _ticked(ticks: QListWidget) -> tuple[str, ...]:
    items = [ticks.item(row) for row in range(ticks.count())]
    return tuple(
        str(item.data(Qt.ItemDataRole.UserRole))
        for item in items
        if item.checkState() == Qt.CheckState.Checked
    )
