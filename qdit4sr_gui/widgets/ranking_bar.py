"""Over a blind test: a chip for each picture, clicked like it from best to worst; then the answer."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from qdit4sr_gui.style.translation import tr

from .chip import Chip
from .controls import name_control

WIDE = 8
"""Up to so many pictures there is room for "Picture" on their chips."""


class RankingBar(QFrame):
    """`pictureClicked(number)`, `answerWanted`, `stopWanted`."""

    pictureClicked = Signal(int)
    answerWanted = Signal()
    stopWanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAutoFillBackground(True)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.chips: list[Chip] = []
        row = QWidget()
        row.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)  # never widens the window
        self._chips_row = QHBoxLayout(row)
        self._chips_row.setContentsMargins(0, 0, 0, 0)
        self._chips_row.setSpacing(4)
        self.answer = QPushButton(tr("Show the answer"))
        self.answer.clicked.connect(self.answerWanted)
        name_control(self.answer, tr("Show the answer"))
        stop = QPushButton(tr("Stop"))
        stop.clicked.connect(self.stopWanted)
        name_control(stop, tr("Stop the blind test"))
        layout = QGridLayout(self)
        layout.setContentsMargins(10, 4, 6, 4)
        layout.addWidget(QLabel(tr("Click the pictures from best to worst:")), 0, 0)
        layout.setColumnStretch(0, 1)
        layout.addWidget(self.answer, 0, 1)
        layout.addWidget(stop, 0, 2)
        layout.addWidget(row, 1, 0, 1, 3)
        self.hide()

    def show_ranking(self, count: int, ranking: Sequence[int]) -> None:
        """Show chips for `count` pictures, with their places; none hides the bar."""
        if count != len(self.chips):
            for chip in self.chips:
                self._chips_row.removeWidget(chip)
                chip.hide()
                chip.deleteLater()
            self.chips = [self._made(number) for number in range(1, count + 1)]
        for number, chip in enumerate(self.chips, 1):
            ranked = number in ranking
            name = tr("Picture {number}", number=number)
            at = ranking.index(number) + 1 if ranked else 0
            place = tr("place {number}", number=at) if ranked else ""
            if count <= WIDE:
                chip.describe("", name, place)
            else:
                chip.describe(str(number), f"→ {at}." if ranked else "", "")
            name_control(chip, name, " · ".join(part for part in (name, place) if part))
            chip.setChecked(ranked)
        self.answer.setEnabled(count > 0 and len(ranking) == count)
        self.setVisible(count > 0)

    def _made(self, number: int) -> Chip:
        chip = Chip(str(number))
        chip.clicked.connect(lambda: self.pictureClicked.emit(number))
        self._chips_row.addWidget(chip)
        return chip
