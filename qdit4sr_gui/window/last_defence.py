"""The last line of defence: an exception that nobody caught is shown once, with its details; and Ctrl-C."""

from __future__ import annotations

import contextlib
import signal
import socket
import sys
import threading
import traceback
from collections.abc import Callable
from types import TracebackType

from PySide6.QtCore import QObject, QSocketNotifier, Signal, Slot

from qdit4sr_gui.work.failure import sentence_of


class UncaughtErrors(QObject):
    """Shows uncaught exceptions of any thread with `show(sentence, details)`, the same one only once."""

    _caught = Signal(str, str)

    def __init__(self, show: Callable[[str, str], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._show = show
        self._seen: set[str] = set()
        self._lock = threading.Lock()
        self._before = sys.excepthook, threading.excepthook
        self._caught.connect(self._tell)
        sys.excepthook = self._take
        threading.excepthook = self._take_of_thread

    def close(self) -> None:
        """Leave uncaught exceptions to whoever had them before."""
        sys.excepthook, threading.excepthook = self._before

    def _take_of_thread(self, args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None:
            self._take(args.exc_type, args.exc_value, args.exc_traceback)

    def _take(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt | SystemExit):
            self._before[0](kind, error, trace)
            return
        details = "".join(traceback.format_exception(kind, error, trace))
        if sys.stderr is not None:
            with contextlib.suppress(OSError, ValueError):
                print(details, file=sys.stderr, end="")
        frames = traceback.extract_tb(trace)
        place = f"{kind.__name__} {frames[-1].filename}:{frames[-1].lineno}" if frames else kind.__name__
        with self._lock:
            if place in self._seen:
                return
            self._seen.add(place)
        self._caught.emit(sentence_of(error), details)

    @Slot(str, str)
    def _tell(self, sentence: str, details: str) -> None:
        self._show(sentence, details)


class Interrupts(QObject):
    """Calls `close()` in the window's thread when Ctrl-C is pressed in the terminal that started it.

    Where the shell has Ctrl-C ignored, as for a job in the background, it stays ignored.
    """

    def __init__(self, close: Callable[[], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._close = close
        self._read, self._write = socket.socketpair()
        self._read.setblocking(False)
        self._write.setblocking(False)
        self._notifier = QSocketNotifier(self._read.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._interrupted)
        self._before = signal.getsignal(signal.SIGINT)
        if self._before is not signal.SIG_IGN:  # else the shell wants the window to go on
            signal.signal(signal.SIGINT, lambda *_: None)
        self._before_wakeup = signal.set_wakeup_fd(self._write.fileno(), warn_on_full_buffer=False)

    @Slot()
    def _interrupted(self) -> None:
        with contextlib.suppress(BlockingIOError):
            self._read.recv(64)
        self._close()

    def stop(self) -> None:
        """Leave Ctrl-C to whoever had it before."""
        self._notifier.setEnabled(False)
        signal.set_wakeup_fd(self._before_wakeup)
        signal.signal(signal.SIGINT, self._before)
        self._read.close()
        self._write.close()
