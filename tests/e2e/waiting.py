"""Waiting that lets the worker work: `qtbot.waitUntil` keeps Python's lock while it sleeps."""

from collections.abc import Callable
from time import monotonic

from PySide6.QtCore import QEventLoop, QTimer


def rest(milliseconds: int) -> None:
    """Let the event loop run for a while."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def wait_until(condition: Callable[[], object], seconds: float = 150.0, what: str = "it") -> None:
    """Run the event loop until the condition holds; TimeoutError when that takes too long."""
    end = monotonic() + seconds
    while not condition():
        if monotonic() > end:
            raise TimeoutError(f"{what} did not happen within {seconds:g} s")
        rest(10)
