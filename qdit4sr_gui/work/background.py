"""Runs functions in one background thread and delivers what they return in the window's thread.

The thread never holds a QObject that could be destroyed: results travel through one relay that lives as
long as the program, and are dropped when their owner is gone. (Python's garbage collector may run in any
thread; a QObject that it frees outside the window's thread can crash the program.)
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot
from shiboken6 import isValid


class _Relay(QObject):
    arrived = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.arrived.connect(self._deliver)

    @Slot(object)
    def _deliver(self, delivery: Callable[[], None]) -> None:
        delivery()


@cache
def _relay() -> _Relay:
    return _Relay()


class Background:
    """One thread, first come first served. Make it in the window's thread."""

    def __init__(
        self,
        owner: QObject,
        done: Callable[[Any, Any], None],
        failed: Callable[[Any, str], None],
    ) -> None:
        """`done(token, result)` and `failed(token, message)` are called in the window's thread.

        Neither is called once `owner` has been destroyed.
        """
        self._owner, self._done, self._failed = owner, done, failed
        self._executor = ThreadPoolExecutor(max_workers=1)
        self._relay = _relay()
        self.pending = 0
        """Calls that have not been delivered yet."""

    def submit(self, token: object, function: Callable[..., Any], *arguments: Any) -> None:
        """Call `function(*arguments)` in the thread; `token` comes back with the result."""
        self.pending += 1
        self._executor.submit(self._call, token, function, arguments)

    def _call(self, token: object, function: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
        result, error = None, ""
        try:
            result = function(*arguments)
        except Exception as problem:  # delivered to the owner, who shows it
            error = str(problem) or type(problem).__name__
        self._relay.arrived.emit(lambda: self._deliver(token, result, error))

    def _deliver(self, token: object, result: object, error: str) -> None:
        self.pending -= 1
        if not isValid(self._owner):
            return
        if error:
            self._failed(token, error)
        else:
            self._done(token, result)
