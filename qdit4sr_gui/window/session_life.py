"""Keeps what was computed: saves it by itself, offers it again, asks before it would be lost."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from qdit4sr_gui.controllers.ask import Ask
from qdit4sr_gui.controllers.exports import Exports
from qdit4sr_gui.controllers.runs import RunController
from qdit4sr_gui.state.autosave_place import AutosavePlace
from qdit4sr_gui.state.workspace import Workspace
from qdit4sr_gui.style.translation import tr

from .settings import SettingsStore

REST_MS = 3000
"""After a run has ended."""


class SessionLife(QObject):
    """`closeWanted` when the window may close after all: what was unsaved is in a file now."""

    closeWanted = Signal()

    def __init__(
        self,
        workspace: Workspace,
        runs: RunController,
        exports: Exports,
        store: SettingsStore,
        ask: Ask,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._runs, self._exports, self._store, self._ask = runs, exports, store, ask
        self._place = AutosavePlace(store.autosave_path())
        self._asking = self._sure = False
        self._rest = QTimer(self, singleShot=True, interval=REST_MS)
        self._rest.timeout.connect(self._save)
        workspace.results_changed.connect(self._later, max_args=0)
        runs.stateChanged.connect(self._later)
        exports.sessionFiled.connect(self._remember)

    @property
    def last_session(self) -> Path | None:
        """What this window, or one that is closed by now, saved by itself last."""
        return self._place.newest()

    def reopen_last(self) -> None:
        """Bring back what was computed last, also after a crash."""
        path = self.last_session
        if path is not None:
            self._exports.ask_then_open(path)

    def may_close(self) -> bool:
        """Ask when results would be lost; a second wish to close while the question stands is not asked."""
        if self._sure or not self._exports.unsaved_results:
            return True
        if self._asking:
            self._sure = True
            return True
        self._asking = True
        answers = (tr("Save session…"), tr("Close without saving"))
        answer = self._ask.choose(tr("There are results that no session was saved with."), answers)
        self._asking = False
        if answer == 0:
            self._exports.ask_save_session(self.closeWanted.emit)
        return self._sure or answer == 1

    def close(self) -> None:
        """Save nothing any more."""
        self._rest.stop()
        self._place.release()

    @Slot()
    def _later(self) -> None:
        self._rest.start()

    @Slot()
    def _save(self) -> None:
        if not self._runs.running and self._exports.unsaved_results:
            self._exports.autosave(self._place.path())

    @Slot(object)
    def _remember(self, path: object) -> None:
        if isinstance(path, Path) and not self._place.is_one(path):
            self._store.remember_session(path)
