"""Over a wipe or a blink: a row of chips for each of the two sides; a click puts that image there."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QGridLayout,
    QLabel,
    QSizePolicy,
    QSlider,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from qdit4sr_gui.widgets.chip import Chip

from .image_set import ImageSet
from .pair_row import PairRow

SLOWEST, FASTEST, FIRST_SPEED = 1, 10, 3
"""Of the blink, in half changes a second."""


class PairBar(QWidget):
    """`firstChosen(key)` and `secondChosen(key)`; with `blinks`, speed and a pause as well."""

    firstChosen = Signal(str)
    secondChosen = Signal(str)
    speedChosen = Signal(int)
    """Milliseconds an image is shown."""
    pauseToggled = Signal(bool)
    """True: blink."""

    def __init__(self, blinks: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        layout = QGridLayout(self)
        layout.setContentsMargins(8, 4, 8, 4)
        layout.setVerticalSpacing(3)
        names = (self.tr("First"), self.tr("Second")) if blinks else (self.tr("Left"), self.tr("Right"))
        self._rows = (PairRow(names[0]), PairRow(names[1]))
        for number, (name, row) in enumerate(zip(names, self._rows, strict=True)):
            layout.addWidget(QLabel(name), number, 0)
            layout.addWidget(row, number, 1)
        self._rows[0].chosen.connect(self.firstChosen)
        self._rows[1].chosen.connect(self.secondChosen)
        layout.setColumnStretch(1, 1)
        self.play = QToolButton()
        self.speed = QSlider(Qt.Orientation.Horizontal)
        if blinks:
            layout.addWidget(self.play, 0, 2, 1, 2)
            layout.addWidget(QLabel(self.tr("Speed")), 1, 2)
            layout.addWidget(self.speed, 1, 3)
        self._set_up_speed()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def _set_up_speed(self) -> None:
        self.play.setCheckable(True)
        self.play.setText(self.tr("Blink"))
        self.play.setToolTip(self.tr("Blink by itself, or stop") + " (Shift+B)")
        self.play.setAccessibleName(self.tr("Blink"))
        self.play.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.play.clicked.connect(self.pauseToggled)
        self.speed.setRange(SLOWEST, FASTEST)
        self.speed.setValue(FIRST_SPEED)
        self.speed.setFixedWidth(90)
        self.speed.setAccessibleName(self.tr("Speed of the blink"))
        self.speed.setToolTip(self.tr("Speed of the blink"))
        self.speed.valueChanged.connect(lambda value: self.speedChosen.emit(self.milliseconds(value)))

    def milliseconds(self, value: int | None = None) -> int:
        """How long an image is shown at a place of the slider."""
        return round(2000 / (self.speed.value() if value is None else value))

    def set_blinking(self, on: bool) -> None:
        """Show whether it blinks."""
        self.play.setChecked(on)
        self.play.setText(self.tr("Stop") if on else self.tr("Blink"))

    def refresh(self, images: ImageSet) -> None:
        """Offer the images there are, ticked where they are chosen."""
        for row, chosen in zip(self._rows, (images.reference, images.counterpart()), strict=True):
            row.refresh(images, chosen)

    def chip(self, side: int, key: str) -> Chip:
        """The chip of an image on side 0 or 1."""
        return self._rows[side].chip(key)


def under_bar(bar: PairBar, canvas: QWidget) -> QWidget:
    """A page with the bar over the canvas."""
    page = QWidget()
    layout = QVBoxLayout(page)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(0)
    layout.addWidget(bar)
    layout.addWidget(canvas, 1)
    return page
