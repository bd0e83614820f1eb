"""Ctrl-C where Python cannot raise it, and where a library makes another error of it."""

from __future__ import annotations

import _thread
import contextlib
import signal
import sys
import threading
import time
from collections.abc import Iterator
from types import FrameType
from typing import Any

from ..progress import CancelCheck

_IMPORT = "<frozen importlib._bootstrap>"
"""The file of Python's own frames of an import."""


class Interrupts:
    """Whether Ctrl-C was pressed: a library that it broke off may end with an error of its own."""

    came = False

    def __init__(self) -> None:
        self._around = _imports_in(sys._getframe())

    def take(self, _number: int, frame: FrameType | None) -> None:
        """The handler of the signal: it waits for the end of an import.

        A library of C++ that is broken off while it comes in aborts the process.
        """
        self.came = True
        if _imports_in(frame) > self._around:
            _thread.start_new_thread(_again, ())
            return
        raise KeyboardInterrupt


def _imports_in(frame: FrameType | None) -> int:
    found = 0
    while frame is not None:
        found += frame.f_code.co_filename == _IMPORT
        frame = frame.f_back
    return found


@contextlib.contextmanager
def no_interrupt_lost() -> Iterator[Interrupts]:
    """Within the block an interrupt in a destructor or the garbage collector comes again where it counts.

    Python would print and forget it. Where the signal would end the process at once, it is raised as well.
    """
    found = Interrupts()
    before, handler = sys.unraisablehook, signal.getsignal(signal.SIGINT)
    in_main = threading.current_thread() is threading.main_thread()
    own = in_main and handler in (signal.default_int_handler, signal.SIG_DFL)

    def take(told: Any) -> None:
        if told.exc_type is not None and issubclass(told.exc_type, KeyboardInterrupt):
            _thread.start_new_thread(_again, ())
        else:
            before(told)

    sys.unraisablehook = take
    if own:
        signal.signal(signal.SIGINT, found.take)
    try:
        yield found
    finally:
        sys.unraisablehook = before
        if own:
            signal.signal(signal.SIGINT, handler)


@contextlib.contextmanager
def interrupt_asks_first(told: str) -> Iterator[CancelCheck]:
    """Within the block the first Ctrl-C prints `told` and makes what is given true; a second interrupts.

    For work that must come to a good end first. Outside the main thread Ctrl-C stays as it is.
    """
    asked = threading.Event()
    before = signal.getsignal(signal.SIGINT)

    def ask(number: int, frame: FrameType | None) -> None:
        if asked.is_set() and callable(before):
            before(number, frame)
            return
        asked.set()
        with contextlib.suppress(OSError, ValueError):  # nobody may listen any more
            print(f"\nqdit4sr: {told}", file=sys.stderr, flush=True)

    own = threading.current_thread() is threading.main_thread() and callable(before)
    if own:
        signal.signal(signal.SIGINT, ask)
    try:
        yield asked.is_set
    finally:
        if own:
            signal.signal(signal.SIGINT, before)


def _again() -> None:
    time.sleep(0.01)  # the destructor or import may be left by then; at once it would come within the hook
    _thread.interrupt_main()
