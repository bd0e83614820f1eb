"""Keeps what was computed: saves it by itself, offers it again, asks before it would be lost."""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal, Slot

from qdit4sr_core.errors import QDiT4SRError
from qdit4sr_gui.controllers.exports import Exports
from qdit4sr_gui.controllers.runs import RunController
from qdit4sr_gui.state.autosave_place import AutosavePlace
from qdit4sr_gui.state.workspace import Workspace
from qdit4sr_gui.style.translation import tr
from qdit4sr_gui.views.comparison_view import ComparisonView

from .settings import SettingsStore

REST_MS = 3000
"""After the last change."""
RUN_REST_MS = 30_000
"""While a run goes on, at least so long after it was saved last."""


class SessionLife(QObject):
    """`closeWanted` when the window may close after all: what was unsaved is in a file now."""

    closeWanted = Signal()

    def __init__(
        self,
        workspace: Workspace,
        view: ComparisonView,
        runs: RunController,
        exports: Exports,
        store: SettingsStore,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._workspace, self._runs, self._exports = workspace, runs, exports
        self._store = store
        self._place = AutosavePlace(store.autosave_path())
        self._asking = self._sure = False
        self._changes = self._writing = self._kept = 0
        """Changes so far, those that are being saved, and those that the file saved by itself holds."""
        self._rest = QTimer(self, singleShot=True, interval=REST_MS)
        self._rest.timeout.connect(self._save)
        self._since = QElapsedTimer()
        self._since.start()
        for event in (
            workspace.photos_changed,
            workspace.current_changed,
            workspace.variants_changed,
            workspace.results_changed,
            workspace.replaced,
        ):
            event.connect(self._later, max_args=0)
        for signal in (view.regionsChanged, view.modeChanged, runs.stateChanged):
            signal.connect(self._later)
        exports.sessionFiled.connect(self._remember)
        exports.never_into = self._place.is_one

    @property
    def last_session(self) -> Path | None:
        """What this window, or one that is closed by now, saved by itself last."""
        return self._place.newest()

    @property
    def left_behind(self) -> bool:
        """Whether a program that was killed or crashed had saved something by itself."""
        return self._place.left_behind()

    @Slot()
    def reopen_last(self) -> None:
        """Bring back what was computed last, also after a crash."""
        path = self.last_session
        if path is not None:
            self._exports.ask_then_open(path, filed=self._store.was_filed(path))

    @Slot()
    def leave_behind(self) -> None:
        """Do not offer at the next start what a crash left."""
        self._place.refuse()

    def may_close(self) -> bool:
        """Ask when work would be lost; a second wish to close while the question stands is not asked."""
        if self._sure or not self._exports.unsaved_work:
            return True
        if self._asking:
            self._sure = True
            return True
        self._asking = True
        answer = self._exports.ask_to_lose(tr("Close without saving"))
        self._asking = False
        if answer == 0:
            self._exports.save(self.closeWanted.emit)
        return self._sure or answer == 1

    def close(self) -> None:
        """Save what has changed since, so that it can be reopened, and nothing any more afterwards.

        Call it when no task runs any more. The window is gone by then: a failure is told on stderr.
        """
        self._rest.stop()
        if self._has_results():
            path = self._place.path()
            try:
                if self._kept != self._changes:
                    self._exports.save_at_close(path)
            except QDiT4SRError as error:
                print(error, file=sys.stderr)
            else:
                if self._kept != self._changes:
                    self._place.saved()
                self._store.remember_filed(path, not self._exports.unsaved_work)
        self._place.release()

    def _has_results(self) -> bool:
        return any(self._workspace.done(photo) for photo in self._workspace.photos)

    @Slot()
    def _later(self) -> None:
        self._changes += 1
        self._rest.start()

    @Slot()
    def _save(self) -> None:
        if self._kept == self._changes or not self._has_results():
            return
        if self._runs.running and self._since.elapsed() < RUN_REST_MS:
            self._rest.start()
            return
        self._since.restart()
        self._writing = self._changes
        self._exports.autosave(self._place.path())

    @Slot(object)
    def _remember(self, path: object) -> None:
        if not isinstance(path, Path):
            return
        if self._place.is_own(path):
            self._kept = self._writing
            self._place.saved()
        elif self._place.is_one(path):
            self._place.opened(path)
        else:
            self._store.remember_session(path)
