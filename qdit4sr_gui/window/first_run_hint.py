"""A bar over the panes that says, once, how to begin."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from qdit4sr_gui.state.workspace import Workspace
from qdit4sr_gui.style.translation import tr
from qdit4sr_gui.widgets.controls import name_control


class FirstRunHint(QFrame):
    """Says what F5, dropping a photo and F1 do, once there is a photo; `dismissed` when closed."""

    dismissed = Signal()
    runWanted = Signal()

    def __init__(self, workspace: Workspace, due: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace, self._due = workspace, due
        self.setAutoFillBackground(True)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        text = QLabel(
            tr(
                "A photo is ready. Run upscales it with the full-precision model and three 4-bit "
                "versions of it, then shows where they differ. Drop a photo of your own any time; F1 lists "
                "all keys."
            )
        )
        text.setWordWrap(True)
        run = QPushButton(tr("Run"))
        run.setDefault(True)
        run.clicked.connect(self.runWanted)
        run.clicked.connect(self.dismissed)
        name_control(run, tr("Run the sample"))
        close = QPushButton(tr("Got it"))
        close.clicked.connect(self.dismissed)
        name_control(close, tr("Close this hint"))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(10, 6, 10, 6)
        layout.addWidget(text, 1)
        layout.addWidget(run)
        layout.addWidget(close)
        workspace.photos_changed.connect(self._show, max_args=0)
        workspace.replaced.connect(self.leave, max_args=0)
        self._show()

    @Slot()
    def leave(self) -> None:
        """Hide for the rest of this program run: a run has begun, or a session tells more."""
        self._due = False
        self._show()

    def _show(self) -> None:
        self.setVisible(self._due and bool(self._workspace.photos))
