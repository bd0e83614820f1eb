"""A stretch of work that reaches no network, whatever the libraries in it would fetch by themselves."""

from __future__ import annotations

import contextlib
import sys
import threading
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

_EVENTS = frozenset({"socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto"})
_here = threading.local()


@contextlib.contextmanager
def no_network() -> Iterator[None]:
    """Within the block, in this thread, every connection and every look-up of a host raises OSError.

    Downloads that the user has asked for go on in other threads.
    """
    _watch()
    before = getattr(_here, "closed", False)
    _here.closed = True
    try:
        yield
    finally:
        _here.closed = before


@lru_cache(maxsize=1)
def _watch() -> None:
    sys.addaudithook(_refuse)


def _refuse(event: str, _args: tuple[Any, ...]) -> None:
    if event in _EVENTS and getattr(_here, "closed", False):
        raise OSError("nothing is fetched unless you ask for it")
