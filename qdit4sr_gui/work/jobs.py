"""Runs the long work on one long-lived thread and brings its reports to the window's thread."""

from __future__ import annotations

import threading
import traceback
from collections import deque
from collections.abc import Callable

from PySide6.QtCore import QObject, QThread, Signal, Slot

from qdit4sr_core.errors import Cancelled
from qdit4sr_core.progress import CancelCheck
from qdit4sr_gui.state.messages import JobEnded, JobFailed, Report, Request

from .failure import sentence_of

Emit = Callable[[Report], None]
Perform = Callable[[Request, Emit, CancelCheck], None]
"""Does one request, emitting reports; raises `Cancelled` when stopped and any other error when it fails."""


class InferenceWorker(QObject):
    """Lives on the worker thread and does one request after the other."""

    reported = Signal(object)

    def __init__(self, perform: Perform) -> None:
        super().__init__()
        self._perform = perform

    @Slot(object, object)
    def do(self, request: Request, stop: threading.Event) -> None:
        """Do a request; whatever happens, the last report is `JobEnded` or `JobFailed`."""
        try:
            self._perform(request, self.reported.emit, stop.is_set)
        except Cancelled:
            self.reported.emit(JobEnded(request.job, cancelled=True))
        except Exception as error:
            self.reported.emit(JobFailed(request.job, sentence_of(error), traceback.format_exc()))
        else:
            self.reported.emit(JobEnded(request.job))


class JobRunner(QObject):
    """The window's side of the worker: a queue, cancel, pause, and reports in the window's thread.

    `reported` carries the messages of `state.messages`; reports of a job that is no longer the active one are
    dropped. `changed` says that the queue, the active job or the pause has changed.
    """

    reported = Signal(object)
    changed = Signal()
    _handed_over = Signal(object, object)

    def __init__(self, perform: Perform, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pending: deque[Request] = deque()
        self._active: Request | None = None
        self._stop = threading.Event()
        self._paused = False
        self._last_job = 0
        self._thread = QThread(self)
        self._thread.setObjectName("inference")
        self._worker = InferenceWorker(perform)
        self._worker.moveToThread(self._thread)
        self._handed_over.connect(self._worker.do)
        self._worker.reported.connect(self._receive)
        self._thread.start()

    @property
    def active(self) -> Request | None:
        """The request the worker is busy with."""
        return self._active

    @property
    def pending(self) -> tuple[Request, ...]:
        """The requests that wait, next first."""
        return tuple(self._pending)

    @property
    def paused(self) -> bool:
        """True while no new request is started."""
        return self._paused

    def next_job(self) -> int:
        """A new job number."""
        self._last_job += 1
        return self._last_job

    def submit(self, request: Request) -> None:
        """Append a request to the queue."""
        self._pending.append(request)
        self._start_next()
        self.changed.emit()

    def cancel(self) -> None:
        """Stop the active job within one step, and forget the ones that wait."""
        self._pending.clear()
        self._stop.set()
        self.changed.emit()

    def withdraw(self, unwanted: Callable[[Request], bool]) -> None:
        """Stop the active job if it is `unwanted`, and forget those that wait and are; the others go on."""
        kept = [request for request in self._pending if not unwanted(request)]
        stops = self._active is not None and not self._stop.is_set() and unwanted(self._active)
        if len(kept) == len(self._pending) and not stops:
            return
        self._pending = deque(kept)
        if stops:
            self._stop.set()
        self.changed.emit()

    def set_paused(self, paused: bool) -> None:
        """Hold the queue after the active job, or go on."""
        self._paused = paused
        self._start_next()
        self.changed.emit()

    def close(self, wait_ms: int = 15000) -> bool:
        """Cancel everything and end the thread; True once it has ended."""
        self._pending.clear()
        self._stop.set()
        self._thread.quit()
        return self._thread.wait(wait_ms)

    def _start_next(self) -> None:
        if self._active is not None or self._paused or not self._pending:
            return
        self._active = self._pending.popleft()
        self._stop = threading.Event()
        self._handed_over.emit(self._active, self._stop)

    @Slot(object)
    def _receive(self, report: Report) -> None:
        if self._active is None or report.job != self._active.job:
            return
        ended = isinstance(report, JobEnded | JobFailed)
        if ended:
            self._active = None
        self.reported.emit(report)
        if ended:
            self._start_next()
            self.changed.emit()
