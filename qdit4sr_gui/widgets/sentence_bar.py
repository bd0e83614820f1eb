"""A bar over the panes that says what is to be seen, with buttons to go on, to leave, and to close it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QLabel, QPushButton, QToolButton, QWidget

from qdit4sr_gui.style.translation import tr

from .banner import Banner
from .controls import name_control


class SentenceBar(Banner):
    """`nextWanted`, `backWanted`, `partWanted`; hidden with nothing to say, or once closed."""

    nextWanted = Signal()
    backWanted = Signal()
    partWanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._closed = ""
        self.count = QLabel()
        self.count.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.next = QPushButton(tr("Next place"))
        self.next.clicked.connect(self.nextWanted)
        onward = tr("The place where the variants differ most after this one")
        name_control(self.next, tr("Next place"), f"{onward} (N)")
        self.back = QPushButton(tr("Leave places"))
        self.back.clicked.connect(self.backWanted)
        way_back = tr("Leave the places: the view as it was before the first one, without their region")
        name_control(self.back, tr("Leave places"), f"{way_back} (Shift+N)")
        self.part = QPushButton(tr("Upscale only a part"))
        self.part.clicked.connect(self.partWanted)
        name_control(self.part, tr("Upscale only a part"))
        close = QToolButton()
        close.setText("×")
        close.setAutoRaise(True)
        close.clicked.connect(self._close)
        name_control(close, tr("Close this line"))
        self.add(self.count, self.next, self.back, self.part, close)
        self.hide()

    def say(self, sentence: str, number: int, count: int, part: bool = False) -> None:
        """Show a sentence about place `number` of `count`; an empty one hides the bar.

        Number 0 stands before the first place, count 0 where there is none yet. `part` offers to take less
        of the photo.
        """
        self.text.setText(sentence)
        self.next.setVisible(count > 0)
        for control in (self.count, self.back):
            control.setVisible(number > 0)
        self.part.setVisible(part)
        self.count.setText(tr("place {number} of {count}", number=number, count=count))
        self.next.setEnabled(count > 1 or number == 0)
        self.setAccessibleName(sentence)
        if sentence != self._closed:
            self._closed = ""
        self.setVisible(bool(sentence) and not self._closed)

    def _close(self) -> None:
        self._closed = self.text.text()
        self.hide()
