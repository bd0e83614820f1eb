"""Runs functions in one background thread and delivers what they return in the window's thread."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

_under_way: set[Background] = set()


class Background(QObject):
    """One thread, first come first served.

    Has no Qt parent on purpose, and is kept alive while calls are under way: it outlives every call
    that still runs when the window closes; its signals then reach nobody.
    """

    done = Signal(object, object)
    """The token given to `submit`, and the result."""
    failed = Signal(object, str)
    """The token, and what went wrong."""
    _arrived = Signal(object, object, str)

    def __init__(self, name: str) -> None:
        super().__init__()
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix=name)
        self._pending = 0
        self._arrived.connect(self._deliver)

    @property
    def pending(self) -> int:
        """Calls that have not been delivered yet."""
        return self._pending

    def submit(self, token: object, function: Callable[..., Any], *arguments: Any) -> None:
        """Call `function(*arguments)` in the thread; `token` comes back with the result."""
        self._pending += 1
        _under_way.add(self)
        self._executor.submit(self._call, token, function, arguments)

    def _call(self, token: object, function: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
        try:
            result = function(*arguments)
        except Exception as error:  # delivered to the owner, who shows it
            self._arrived.emit(token, None, str(error) or type(error).__name__)
        else:
            self._arrived.emit(token, result, "")

    @Slot(object, object, str)
    def _deliver(self, token: object, result: object, error: str) -> None:
        self._pending -= 1
        if self._pending == 0:
            _under_way.discard(self)
        if error:
            self.failed.emit(token, error)
        else:
            self.done.emit(token, result)
