"""One side of a pair: a chip for each image, or a list of their names where the chips do not fit."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QSizePolicy, QWidget

from qdit4sr_gui.widgets.chip import Chip
from qdit4sr_gui.widgets.controls import name_control, narrow

from .image_set import ImageSet

SPACING = 4


class PairRow(QWidget):
    """`chosen(key)` when an image is clicked or picked. However many there are, the window may be narrow."""

    chosen = Signal(str)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._chips: dict[str, Chip] = {}
        self.list = QComboBox()
        self.list.activated.connect(self._picked)
        self.list.hide()
        narrow(self.list)
        name_control(self.list, name)
        self._box = QHBoxLayout(self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(SPACING)
        self._box.addWidget(self.list, 1)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def refresh(self, images: ImageSet, chosen: str) -> None:
        """Show the images there are, ticked where one is chosen."""
        keys = [image.key for image in images.images]
        if keys != list(self._chips):
            for chip in self._chips.values():
                self._box.removeWidget(chip)
                chip.deleteLater()
            self._chips = {}
            for place, key in enumerate(keys):
                self._chips[key] = self._made(key)
                self._box.insertWidget(place, self._chips[key])
        self.list.clear()
        for image in images.images:
            chip = self._chips[image.key]
            chip.describe(images.number(image.key), image.label, image.headline)
            chip.setChecked(image.key == chosen)
            self.list.addItem(" · ".join(part for part in (image.label, image.headline) if part), image.key)
        self.list.setCurrentIndex(self.list.findData(chosen))
        self._fit()

    def chip(self, key: str) -> Chip:
        """The chip of an image."""
        return self._chips[key]

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Chips where there is room for them."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        chips = self._chips.values()
        needed = sum(chip.minimumSizeHint().width() + SPACING for chip in chips) - SPACING
        crowded = needed > self.width()
        for chip in chips:
            chip.setVisible(not crowded)
        self.list.setVisible(crowded)
        self._box.activate()  # at once: nothing is seen out of place

    @Slot()
    def _picked(self) -> None:
        self.chosen.emit(str(self.list.currentData()))

    def _made(self, key: str) -> Chip:
        chip = Chip(key)
        chip.clicked.connect(lambda: self.chosen.emit(key))
        return chip
