"""Small jobs off the window's thread: reading photos, building mips, slow metrics, writing files."""

from __future__ import annotations

import threading
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
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
    stop: threading.Event = field(default_factory=threading.Event)


class _Signals(QObject):
    finished = Signal(object)


def _run(task: int, work: Work, stop: threading.Event, signals: _Signals) -> None:
    try:
        stop_if(stop.is_set)  # made stale while it waited
        outcome = _Outcome(task, value=work(stop.is_set))
    except Exception as error:
        details = "" if isinstance(error, QDiT4SRError) else traceback.format_exc()
        outcome = _Outcome(task, error=error, details=details)
    signals.finished.emit(outcome)


class TaskRunner(QObject):
    """Runs functions in a pool and calls back in the window's thread.

    A new task of a `kind` makes the unfinished ones of that kind stale: they are told to stop and their
    outcome is dropped. An empty kind never replaces another.
    """

    idle = Signal()

    def __init__(self, parent: QObject | None = None, threads: int = 1) -> None:
        super().__init__(parent)
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="task")
        self._signals = _Signals()
        self._signals.finished.connect(self._finish)
        self._waiting: dict[int, _Waiting] = {}
        self._last = 0
        self._closed = False

    @property
    def busy(self) -> bool:
        """True while a task has not called back."""
        return bool(self._waiting)

    def submit(
        self,
        work: Work,
        done: Callable[[Any], None],
        failed: Failed,
        kind: str = "",
    ) -> None:
        """Run `work(cancelled)`, then `done(value)` or `failed(error, details)` in this object's thread.

        Does nothing once the runner is closed.
        """
        if self._closed:
            return
        if kind:
            self.drop(kind)
        self._last += 1
        waiting = _Waiting(kind, done, failed)
        self._waiting[self._last] = waiting
        self._pool.submit(_run, self._last, work, waiting.stop, self._signals)

    def drop(self, kind: str) -> None:
        """Stop the tasks of a kind and forget their outcome."""
        for task in [task for task, waiting in self._waiting.items() if waiting.kind == kind]:
            self._waiting.pop(task).stop.set()

    def close(self) -> None:
        """Stop everything; returns once no task runs any more. Nothing can be submitted afterwards."""
        for waiting in self._waiting.values():
            waiting.stop.set()
        self._waiting.clear()
        self._pool.shutdown(wait=True, cancel_futures=True)
        self._closed = True

    @Slot(object)
    def _finish(self, outcome: _Outcome) -> None:
        waiting = self._waiting.pop(outcome.task, None)
        if waiting is None:
            return
        if outcome.error is None:
            waiting.done(outcome.value)
        elif not isinstance(outcome.error, Cancelled):
            waiting.failed(outcome.error, outcome.details)
        if not self._waiting:
            self.idle.emit()
