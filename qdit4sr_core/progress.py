"""The two callbacks that every long call takes: how far it is, and whether to stop."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from .errors import Cancelled

Progress = Callable[[int, int, str], None]
"""`progress(done, total, what)`: `done` of `total` units finished, `what` in a few words."""

CancelCheck = Callable[[], bool]
"""`cancelled()` is True once the user has asked to stop."""


class Phase(StrEnum):
    """What a run is at; the value is how a report's `what` begins."""

    PREPARING = "preparing"
    CALIBRATING = "calibrating"
    QUANTIZING = "quantizing"
    ENCODING = "encoding"
    SAMPLING = "step"
    DECODING = "decoding"


def phase_of(what: str) -> Phase:
    """The phase of a report's text; `PREPARING` for any other text."""
    return next((phase for phase in Phase if what.startswith(phase.value)), Phase.PREPARING)


def ignore_progress(done: int, total: int, what: str) -> None:
    """A progress callback for callers who do not watch."""


def never_cancelled() -> bool:
    """A cancel check for callers who cannot cancel."""
    return False


def stop_if(cancelled: CancelCheck) -> None:
    """Raise `Cancelled` if the user has asked to stop."""
    if cancelled():
        raise Cancelled
