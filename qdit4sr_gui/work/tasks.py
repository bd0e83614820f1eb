"""Small jobs off the window's thread: reading photos, building mips, slow metrics, writing files."""

from __future__ import annotations

import sys
import threading
import traceback
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from qdit4sr_core.errors import Cancelled, QDiT4SRError
from qdit4sr_core.progress import CancelCheck, stop_if

from .failure import sentence_of

Work = Callable[[CancelCheck], Any]
Failed = Callable[[Exception, str], None]
"""Given the error and, of one that nobody foresaw, the details to copy."""


def telling(tell: Callable[[str, str], object]) -> Failed:
    """Hands the sentence and the details of a task that failed to `tell`."""

    def failed(error: Exception, details: str) -> None:
        tell(sentence_of(error), details)

    return failed


@dataclass(frozen=True, eq=False)
class _Outcome:
    task: int
    value: Any = None
    error: Exception | None = None
    details: str = ""


@dataclass(frozen=True, eq=False)
class _Waiting:
    kind: str
    done: Callable[[Any], None]
    failed: Failed
    writes: bool
    stop: threading.Event = field(default_factory=threading.Event)
    ended: Future[_Outcome] = field(default_factory=Future)


class _Signals(QObject):
    finished = Signal(object)


def _run(task: int, work: Work, waiting: _Waiting, signals: _Signals) -> None:
    stop = waiting.stop
    try:
        stop_if(stop.is_set)  # made stale while it waited
        outcome = _Outcome(task, value=work(stop.is_set))
    except Exception as error:
        details = "" if isinstance(error, QDiT4SRError) else traceback.format_exc()
        outcome = _Outcome(task, error=error, details=details)
    waiting.ended.set_result(outcome)
    signals.finished.emit(outcome)


class TaskRunner(QObject):
    """Runs functions in a pool and calls back in the window's thread.

    A new task of a `kind` makes the unfinished ones of that kind stale: they are told to stop and their
    outcome is dropped. An empty kind never replaces another.
    """

    idle = Signal()
    written = Signal(bool)
    """Nothing is being written any more; did all of it go well?"""

    def __init__(self, parent: QObject | None = None, threads: int = 1) -> None:
        super().__init__(parent)
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="task")
        self._signals = _Signals()
        self._signals.finished.connect(self._finish)
        self._waiting: dict[int, _Waiting] = {}
        self._last = 0
        self._well = True
        """Did all go well that was written since nothing was?"""
        self._closed = False

    @property
    def busy(self) -> bool:
        """True while a task has not called back."""
        return bool(self._waiting)

    @property
    def writing(self) -> bool:
        """True while a task that writes has not called back."""
        return any(waiting.writes for waiting in self._waiting.values())

    def submit(
        self,
        work: Work,
        done: Callable[[Any], None],
        failed: Failed,
        kind: str = "",
        writes: bool = False,
    ) -> None:
        """Run `work(cancelled)`, then `done(value)` or `failed(error, details)` in this object's thread.

        One that `writes` what the user asked for is ended by `close` too, not stopped. Does nothing once the
        runner is closed.
        """
        if self._closed:
            return
        if kind:
            self.drop(kind)
        self._last += 1
        waiting = _Waiting(kind, done, failed, writes)
        self._waiting[self._last] = waiting
        self._pool.submit(_run, self._last, work, waiting, self._signals)

    def drop(self, kind: str) -> None:
        """Stop the tasks of a kind and forget their outcome."""
        for task in [task for task, waiting in self._waiting.items() if waiting.kind == kind]:
            self._waiting.pop(task).stop.set()

    def close(self) -> None:
        """Stop all that does not write; returns once no task runs any more. None is taken afterwards.

        Nothing calls back: what could not be written is told on stderr.
        """
        self._closed = True
        writes = [waiting for waiting in self._waiting.values() if waiting.writes]
        for waiting in self._waiting.values():
            if not waiting.writes:
                waiting.stop.set()
        self._waiting.clear()
        self._pool.shutdown(wait=True)
        for waiting in writes:
            if (error := waiting.ended.result().error) is not None:
                print(sentence_of(error), file=sys.stderr)

    @Slot(object)
    def _finish(self, outcome: _Outcome) -> None:
        waiting = self._waiting.pop(outcome.task, None)
        if waiting is None:
            return
        self._well &= outcome.error is None or not waiting.writes
        if outcome.error is None:
            waiting.done(outcome.value)
        elif not isinstance(outcome.error, Cancelled):
            waiting.failed(outcome.error, outcome.details)
        if waiting.writes and not self.writing:
            well, self._well = self._well, True
            self.written.emit(well)
        if not self._waiting:
            self.idle.emit()
