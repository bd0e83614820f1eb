"""How the exported figure looks, with a preview."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from qdit4sr_core.figures import FigureOptions
from qdit4sr_core.figures.layout import layout_of
from qdit4sr_core.figures.layout_names import LAYOUTS
from qdit4sr_core.figures.options import THEMES, WIDTHS, ZOOMS
from qdit4sr_gui.style.rgb_image import rgb_image
from qdit4sr_gui.style.translation import tr
from qdit4sr_gui.widgets.controls import name_control
from qdit4sr_gui.widgets.outlined import NumberBox, TickBox
from qdit4sr_gui.work.failure import sentence_of

from .figure_contents import FigureContents

PREVIEW_DPI = 110


class FigureMaker(Protocol):
    """Who draws and writes the figure."""

    figure_options: FigureOptions

    def draw_figure(self, options: FigureOptions, done: Callable[[Any], None], failed: Any) -> None:
        """Draw a preview, then call `done((uint8 pixels, note))` or `failed(error, details)`."""

    def figure_panels(self) -> tuple[str, ...]:
        """Labels of the panels that can be shown."""

    def figure_photos(self) -> tuple[str, ...]:
        """Names of the photos that can be shown."""

    def forget_previews(self) -> None:
        """Drop a preview that is still being drawn."""

    def ask_figure_path(self, options: FigureOptions) -> Path | None:
        """Where the figure goes, None when the user gave up."""

    def save_figure(self, path: Path, options: FigureOptions) -> None:
        """Write it."""


class FigureDialog(QDialog):
    """Layout, width, resolution, theme; Save asks for a PNG, PDF or SVG."""

    def __init__(self, maker: FigureMaker, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Export figure"))
        self.resize(980, 560)
        self._maker = maker
        self._timer = QTimer(self, singleShot=True, interval=150)
        options = maker.figure_options
        self.layout_box = _choice(LAYOUTS, options.layout, tr("Layout"))
        self.width_box = _choice(WIDTHS, str(options.width), tr("Width"))
        self.theme_box = _choice(THEMES, options.theme, tr("Theme"))
        self.zoom_box = _choice(ZOOMS, options.zoom, tr("Enlargement of crops"))
        self.dpi_box = NumberBox()
        self.dpi_box.setRange(50, 1200)
        self.dpi_box.setSingleStep(50)
        self.dpi_box.setValue(options.dpi)
        self.dpi_box.setSuffix(" dpi")
        name_control(self.dpi_box, tr("Resolution of the PNG"))
        self.input_box = _tick(tr("Input photo"), options.show_input)
        self.reference_box = _tick(tr("Reference"), options.show_reference)
        self.difference_box = _tick(tr("Difference under each crop"), options.difference)
        self.contents = FigureContents(maker.figure_panels(), maker.figure_photos())
        self.contents.changed.connect(self._changed)
        self.best_box = _tick(tr("Mark best and second best"), options.mark_best)
        self.preview = QLabel(tr("Drawing …"))
        self.preview.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.preview.setMinimumSize(420, 300)
        name_control(self.preview, tr("Preview of the figure"))
        self.note = QLabel()
        self.note.setWordWrap(True)
        self.note.hide()
        name_control(self.note, tr("What is drawn otherwise, and why"))
        self._lay_out()
        self._timer.timeout.connect(self._draw)
        self._changed()

    def options(self) -> FigureOptions:
        """The choices made."""
        return dataclasses.replace(
            self._maker.figure_options,
            layout=self.layout_box.currentData(),
            width=self.width_box.currentData(),
            theme=self.theme_box.currentData(),
            zoom=self.zoom_box.currentData(),
            dpi=self.dpi_box.value(),
            show_input=self.input_box.isChecked(),
            show_reference=self.reference_box.isChecked(),
            mark_best=self.best_box.isChecked(),
            difference=self.difference_box.isChecked(),
            panels=self.contents.chosen_panels(),
            labels=self.contents.labels(),
            photos=self.contents.chosen_photos(),
        )

    def _lay_out(self) -> None:
        form = QFormLayout()
        for title, box in (
            (tr("Layout"), self.layout_box),
            (tr("Width"), self.width_box),
            (tr("Resolution"), self.dpi_box),
            (tr("Enlargement"), self.zoom_box),
            (tr("Theme"), self.theme_box),
        ):
            form.addRow(title, box)
        for tick in (self.input_box, self.reference_box, self.best_box, self.difference_box):
            form.addRow(tick)
            tick.toggled.connect(self._changed)
        for choice in (self.layout_box, self.width_box, self.theme_box, self.zoom_box):
            choice.currentIndexChanged.connect(self._changed)
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Cancel
        )
        buttons.accepted.connect(self._save)
        buttons.rejected.connect(self.reject)
        row = QHBoxLayout()
        side = QVBoxLayout()
        side.addLayout(form)
        side.addWidget(self.contents, 1)
        row.addLayout(side)
        drawn = QVBoxLayout()
        drawn.addWidget(self.preview, 1)
        drawn.addWidget(self.note)
        row.addLayout(drawn, 1)
        layout = QVBoxLayout(self)
        layout.addLayout(row, 1)
        layout.addWidget(buttons)

    @Slot()
    def _changed(self) -> None:
        self.contents.offer_photos(layout_of(self.layout_box.currentData()).shows_photos)
        self._timer.start()

    @Slot()
    def _draw(self) -> None:
        self.preview.setEnabled(False)  # pale: what is shown is no longer what is chosen
        options = dataclasses.replace(self.options(), dpi=round(PREVIEW_DPI * self.devicePixelRatioF()))
        self._maker.draw_figure(options, self._show, self._fail)

    def _show(self, drawn: tuple[np.ndarray, str]) -> None:
        pixels, note = drawn
        self.preview.setEnabled(True)
        self.note.setText(tr(note) if note else "")
        self.note.setVisible(bool(note))
        image = rgb_image(pixels)
        keep, smooth = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
        ratio = self.preview.devicePixelRatioF()
        dots = self.preview.size() * ratio
        small = QPixmap.fromImage(image).scaled(dots, keep, smooth)
        small.setDevicePixelRatio(ratio)
        self.preview.setPixmap(small)

    def _fail(self, error: Exception, _details: str) -> None:
        self.note.hide()
        self.preview.setEnabled(True)
        self.preview.setText(sentence_of(error))

    @Slot()
    def _save(self) -> None:
        options = self.options()
        path = self._maker.ask_figure_path(options)
        if path is not None:
            self._maker.save_figure(path, options)
            self.accept()

    def done(self, result: int) -> None:
        """Stop drawing previews for a closed dialog."""
        self._timer.stop()
        self._maker.forget_previews()
        super().done(result)


def _choice(values: Any, current: str, name: str) -> QComboBox:
    box = QComboBox()
    for value in values:
        box.addItem(tr(value).replace("-", " ").capitalize(), value)
    box.setCurrentIndex(max(0, box.findData(current)))
    name_control(box, name)
    return box


def _tick(text: str, on: bool) -> TickBox:
    box = TickBox(text)
    box.setChecked(on)
    return box
