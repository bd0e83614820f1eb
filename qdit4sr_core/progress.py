"""The two callbacks that every long call takes: how far it is, and whether to stop."""

from collections.abc import Callable

from .errors import Cancelled

Progress = Callable[[int, int, str], None]
"""`progress(done, total, what)`: `done` of `total` units finished, `what` in a few words."""

CancelCheck = Callable[[], bool]
"""`cancelled()` is True once the user has asked to stop."""


def ignore_progress(done: int, total: int, what: str) -> None:
    """A progress callback for callers who do not watch."""


def never_cancelled() -> bool:
    """A cancel check for callers who cannot cancel."""
    return False


def stop_if(cancelled: CancelCheck) -> None:
    """Raise `Cancelled` if the user has asked to stop."""
    if cancelled():
        raise Cancelled
