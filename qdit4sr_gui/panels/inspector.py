"""Why a variant differs: its bit grid, the error of each layer, the spectrum of one, the size by part."""

from __future__ import annotations

from collections.abc import Hashable

import numpy as np
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QTabWidget,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from qdit4sr_core.figures.bit_grid import short_layer_name
from qdit4sr_core.inspection import LayerSpectrum, ModelInspection
from qdit4sr_core.variant_text import kind_of
from qdit4sr_gui.state.plot_data import PlotData, Series
from qdit4sr_gui.style.translation import tr
from qdit4sr_gui.widgets.controls import name_control, narrow
from qdit4sr_gui.widgets.upright_scroll import UprightScroll

from .bit_grid_view import BitGridView
from .block_energy_view import BlockEnergyView
from .plots import LinePlot

MOST_KEPT = 64
"""Measurements of models: the oldest goes first."""


class InspectorPanel(QWidget):
    """`inspectionWanted(spec)` asks for all layers, `spectrumWanted(spec, layer)` for one."""

    inspectionWanted = Signal(str)
    spectrumWanted = Signal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._known: dict[tuple[Hashable, str], ModelInspection] = {}
        self._subject: Hashable = None
        self.variant = QComboBox()
        self.variant.currentIndexChanged.connect(self._show)
        narrow(self.variant)
        name_control(self.variant, tr("Variant to inspect"))
        self.button = self._ask_button()
        self.first_button = self._ask_button()
        self.grid = BitGridView()
        self.grid.layerChosen.connect(self._layer_chosen)
        self.plot = LinePlot()
        self.sizes = QLabel()
        self.sizes.setWordWrap(True)
        self.sizes.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.blocks = BlockEnergyView()
        layer = QSplitter(Qt.Orientation.Vertical)
        layer.addWidget(self.plot)
        layer.addWidget(self.blocks)
        layer.setStretchFactor(0, 3)
        layer.setStretchFactor(1, 1)
        self.parts = QTreeWidget()
        self.parts.setRootIsDecorated(False)
        self.parts.setHeaderLabels([tr("part"), "MB", "%"])
        self.parts.header().setStretchLastSection(False)
        self.parts.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        name_control(self.parts, tr("Size by part"))
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.addTab(UprightScroll(self.grid), tr("Bits and errors"))  # each page scrolls by itself
        self.tabs.addTab(UprightScroll(layer), tr("Layer"))
        self.tabs.addTab(self.parts, tr("Size"))
        self.grid.layerOpened.connect(self._open_layer)
        row = QHBoxLayout()
        row.addWidget(self.variant, 1)
        row.addWidget(self.button)
        measured = QVBoxLayout()
        measured.setContentsMargins(0, 0, 0, 0)
        measured.addWidget(self.sizes)
        measured.addWidget(self.tabs, 1)
        self._measured = QWidget()
        self._measured.setLayout(measured)
        self.pages = QStackedWidget()
        self.pages.addWidget(self._empty_page())
        self.pages.addWidget(self._measured)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 4, 4, 4)
        layout.addLayout(row)
        layout.addWidget(self.pages, 1)
        self._show()

    def _ask_button(self) -> QPushButton:
        button = QPushButton(tr("Measure layers"))
        button.clicked.connect(self._ask)
        why = tr("Run the middle of the photo and compare every layer's output")
        name_control(button, tr("Measure layers"), why)
        return button

    def _empty_page(self) -> QWidget:
        """What can be seen here, and the button that makes it."""
        self.what = QLabel()
        self.what.setWordWrap(True)
        self.what.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.what.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.addStretch(1)
        layout.addWidget(self.what)
        layout.addWidget(self.first_button, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(1)
        return page

    def set_variants(self, variants: list[tuple[str, str]]) -> None:
        """Offer these (spec, label); only quantized models can be inspected."""
        offered = [(spec, label) for spec, label in variants if kind_of(spec) in ("method", "artifact")]
        shown = [(self.variant.itemData(i), self.variant.itemText(i)) for i in range(self.variant.count())]
        if offered == shown:
            return
        chosen = self.variant.currentData()
        self.variant.blockSignals(True)
        self.variant.clear()
        for spec, label in offered:
            self.variant.addItem(label, spec)
        index = self.variant.findData(chosen)
        self.variant.setCurrentIndex(index if index >= 0 else self.variant.count() - 1)
        self.variant.blockSignals(False)
        self._show()

    def show_subject(self, subject: Hashable) -> None:
        """Another photo, or other settings: what was measured with them before is shown again."""
        if subject != self._subject:
            self._subject = subject
            self._show()

    def forget(self) -> None:
        """The model changed: what was measured no longer holds."""
        self._known.clear()
        self._show()

    def show_inspection(self, subject: Hashable, spec: str, inspection: ModelInspection) -> None:
        """Keep what was measured of a subject; it is shown while that subject and variant are."""
        self._known[subject, spec] = inspection
        while len(self._known) > MOST_KEPT:
            del self._known[next(iter(self._known))]
        if (subject, spec) == (self._subject, self.variant.currentData()):
            self._show()

    def show_spectrum(self, subject: Hashable, spec: str, spectrum: LayerSpectrum) -> None:
        """The singular values of the chosen layer in dB, and how much each local block holds.

        Nothing happens where another subject or variant is shown by now, or none is measured.
        """
        shown = self._subject, self.variant.currentData()
        if (subject, spec) != shown or shown not in self._known:
            return
        curves = (("weight", spectrum.weight), ("after branch", spectrum.residual), ("error", spectrum.error))
        series = tuple(
            Series(key, tr(key), np.arange(1.0, len(values) + 1), _decibels(values), number)
            for number, (key, values) in enumerate(curves)
        )
        title = f"dB · {short_layer_name(spectrum.name)}"
        self.plot.show_data(PlotData("Singular values", tr("index"), title, series))
        self.blocks.show_energy(spectrum.block_energy)

    @Slot()
    def _show(self) -> None:
        spec = self.variant.currentData()
        inspection = self._known.get((self._subject, str(spec)))
        self.button.setEnabled(spec is not None)
        self.button.setVisible(inspection is not None)
        self.first_button.setVisible(spec is not None)
        self.variant.setVisible(spec is not None)
        self.pages.setCurrentIndex(0 if inspection is None else 1)
        self.grid.show_inspection(inspection)
        self.plot.show_hint(tr("Choose a layer in “Bits and errors” for its singular values"))
        self.blocks.show_energy(None)
        if inspection is None:
            self.what.setText(_what_to_do(spec is not None))
            self.parts.clear()
            return
        by_part = inspection.bytes_by_part()
        total = sum(by_part.values())
        self.parts.clear()
        for part, size in by_part.items():
            row = QTreeWidgetItem(
                self.parts, [tr(part), f"{size / 1e6:.2f}", f"{100 * size / max(total, 1):.1f}"]
            )
            for column in (1, 2):
                row.setTextAlignment(column, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        weights = [layer.weight_bits for layer in inspection.layers]
        macs = sum(layer.macs_per_token for layer in inspection.layers) / 1e6
        self.sizes.setText(
            f"{total / 1e6:.2f} MB, "
            + tr(
                "{count} layers, W{low}–{high}, {macs:.1f} M MAC per token",
                count=len(weights),
                low=min(weights),
                high=max(weights),
                macs=macs,
            )
        )

    @Slot()
    def _ask(self) -> None:
        if self.variant.currentData() is not None:
            self.inspectionWanted.emit(self.variant.currentData())

    @Slot()
    def _open_layer(self) -> None:
        self.tabs.setCurrentIndex(1)

    @Slot(str)
    def _layer_chosen(self, layer: str) -> None:
        self.spectrumWanted.emit(self.variant.currentData(), layer)


def _decibels(values: np.ndarray) -> np.ndarray:
    return np.asarray(20 * np.log10(np.maximum(values, 1e-5)))


def _what_to_do(quantized: bool) -> str:
    if not quantized:
        return tr("Tick a quantized variant at the left to look inside its model.")
    return tr("See the bits of every layer, the error each one adds, and what the file holds.")
