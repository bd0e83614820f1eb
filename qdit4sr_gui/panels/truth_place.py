"""The visible place for a ground truth: says whether the photo shown has one, takes a file, asks for one."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from qdit4sr_gui.style.translation import tr
from qdit4sr_gui.widgets.controls import name_control
from qdit4sr_gui.widgets.file_drops import local_files


class TruthPlace(QPushButton):
    """`clicked` asks for a file, `dropped(path)` brings one."""

    dropped = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAcceptDrops(True)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        tip = tr("An image four times as large as the photo: numbers can then be measured against it")
        name_control(self, tr("Ground truth of the photo shown"), tip)
        self.show_state(None)

    def show_state(self, given: bool | None) -> None:
        """Whether the photo shown has a ground truth; None without a photo."""
        self.setEnabled(given is not None)
        self.setText(tr("Replace ground truth…") if given else tr("Add ground truth…"))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """One file is welcome."""
        if len(local_files(event.mimeData())) == 1:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """The file is the ground truth."""
        event.acceptProposedAction()
        self.dropped.emit(local_files(event.mimeData())[0])
