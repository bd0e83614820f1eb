"""Processes that end with the one that started them, and that leave Ctrl-C to it."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator
from multiprocessing.connection import wait

_watched = threading.Lock()


def end_with_parent() -> None:
    """In a process that `multiprocessing` spawned: end at once when the parent ends, however it ends.

    Does nothing in any other process, and nothing when called again.
    """
    parent = multiprocessing.parent_process()
    if parent is None or not _watched.acquire(blocking=False):
        return
    sentinel = parent.sentinel

    def watch() -> None:
        wait([sentinel])
        os._exit(1)

    threading.Thread(target=watch, name="parent watch", daemon=True).start()


@contextlib.contextmanager
def without_interrupts() -> Iterator[None]:
    """Children started in the block never see Ctrl-C, not even while they start: their parent stops them."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    from multiprocessing import resource_tracker

    resource_tracker.ensure_running()  # it would let interrupts through again when it starts
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
