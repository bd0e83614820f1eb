"""A bar over the panes after a crash: what was computed then can be reopened."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QPushButton, QWidget

from qdit4sr_gui.state.workspace import Workspace
from qdit4sr_gui.style.translation import tr
from qdit4sr_gui.widgets.banner import Banner
from qdit4sr_gui.widgets.controls import name_control


class LeftBehindBar(Banner):
    """Hidden until `tell`; goes with a click, with a session that is opened, and by `leave`."""

    reopenWanted = Signal()

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.text.setText(tr("The program was ended without being closed. What it had computed is kept."))
        self.reopen = QPushButton(tr("Reopen"))
        self.reopen.setDefault(True)
        self.reopen.clicked.connect(self.leave)
        self.reopen.clicked.connect(self.reopenWanted)
        name_control(self.reopen, tr("Reopen"), tr("Bring back what was computed last"))
        self.close_button = QPushButton(tr("Not now"))
        self.close_button.clicked.connect(self.leave)
        name_control(self.close_button, tr("Not now"), tr("File, Reopen last session, does it later"))
        self.add(self.reopen, self.close_button)
        self.hide()
        workspace.replaced.connect(self.leave, max_args=0)

    def tell(self) -> None:
        """Show it."""
        self.show()

    @Slot()
    def leave(self) -> None:
        """Hide it."""
        self.hide()
