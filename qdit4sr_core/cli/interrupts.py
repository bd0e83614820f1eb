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
from typing import Any, NoReturn


class Interrupts:
    """Whether Ctrl-C was pressed: an import that it broke off may end with an error of its own."""

    came = False

    def take(self, _number: int, _frame: FrameType | None) -> NoReturn:
        """The handler of the signal."""
        self.came = True
        raise KeyboardInterrupt


@contextlib.contextmanager
def no_interrupt_lost() -> Iterator[Interrupts]:
    """Within the block an interrupt in a destructor or the garbage collector comes again where it counts.

    Python would print and forget it.
    """
    found = Interrupts()
    before = sys.unraisablehook
    own = (
        threading.current_thread() is threading.main_thread()
        and signal.getsignal(signal.SIGINT) is signal.default_int_handler
    )

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
            signal.signal(signal.SIGINT, signal.default_int_handler)


def _again() -> None:
    time.sleep(0.01)  # the destructor is left by then; at once it would come within the hook
    _thread.interrupt_main()
