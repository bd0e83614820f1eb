"""A bar over the panes after a crash: what was computed then can be reopened."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QWidget

from qdit4sr_gui.state.workspace import Workspace
from qdit4sr_gui.style.translation import tr
from qdit4sr_gui.widgets.banner import Banner
from qdit4sr_gui.widgets.controls import name_control


class LeftBehindBar(Banner):
    """Hidden until it is shown; goes with a click, and with a session that is opened."""

    reopenWanted = Signal()
    refused = Signal()

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.text.setText(tr("The program was ended without being closed. What it had computed is kept."))
        self.reopen = QPushButton(tr("Reopen"))
        self.reopen.setDefault(True)
        self.reopen.clicked.connect(self.hide)
        self.reopen.clicked.connect(self.reopenWanted)
        name_control(self.reopen, tr("Reopen"), tr("Bring back what was computed last"))
        self.close_button = QPushButton(tr("Not now"))
        self.close_button.clicked.connect(self.hide)
        self.close_button.clicked.connect(self.refused)
        name_control(self.close_button, tr("Not now"), tr("File, Reopen last session, does it later"))
        self.add(self.reopen, self.close_button)
        self.hide()
        workspace.replaced.connect(self.hide, max_args=0)
