"""The two callbacks that every long call takes: how far it is, and whether to stop; and how times read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum, auto

from .errors import Cancelled


class Phase(StrEnum):
    """What a long call is at."""

    PREPARING = auto()
    LOADING = auto()
    READING = auto()
    CALIBRATING = auto()
    SENSITIVITY = auto()
    PLANNING = auto()
    QUANTIZING = auto()
    ENCODING = auto()
    SAMPLING = auto()
    DECODING = auto()
    MEASURING = auto()
    SAVING = auto()
    EXPORTING = auto()
    DOWNLOADING = auto()


TEXTS: dict[Phase, str] = {
    Phase.PREPARING: "preparing",
    Phase.LOADING: "loading the model, tensor {number} of {count}",
    Phase.READING: "reading tensor {number} of {count}",
    Phase.CALIBRATING: "calibrating, photo {number} of {count}",
    Phase.SENSITIVITY: "measuring sensitivities, photo {number} of {count}",
    Phase.PLANNING: "planning the layers",
    Phase.QUANTIZING: "quantizing layer {number} of {count}",
    Phase.ENCODING: "encoding the photo",
    Phase.SAMPLING: "step {number} of {count}",
    Phase.DECODING: "decoding",
    Phase.MEASURING: "measuring {name}",
    Phase.SAVING: "saving",
    Phase.EXPORTING: "exporting layer {number} of {count}",
    Phase.DOWNLOADING: "downloading {name}",
}
"""One text a phase, for the command line and, translated, for the window."""


@dataclass(frozen=True)
class Activity:
    """What a long call is at, and with which thing: the `number`th of `count`, or one with a `name`."""

    phase: Phase
    number: int = 0
    count: int = 0
    name: str = ""

    def text(self, translate: Callable[[str], str] = str) -> str:
        """A few words; `translate` is given the text with its places still in it."""
        return translate(TEXTS[self.phase]).format(number=self.number, count=self.count, name=self.name)

    def __str__(self) -> str:
        return self.text()


What = Activity | str
"""What a report says: an `Activity`, or a few words that no program has to understand."""

Progress = Callable[[int, int, What], None]
"""`progress(done, total, what)`: `done` of `total` units are finished."""

CancelCheck = Callable[[], bool]
"""`cancelled()` is True once the user has asked to stop."""


def phase_of(what: What) -> Phase | None:
    """The phase that a report tells of, if it tells of one."""
    return what.phase if isinstance(what, Activity) else None


def text_of(what: What, translate: Callable[[str], str] = str) -> str:
    """A report's words, an activity's in the language of `translate`."""
    return what.text(translate) if isinstance(what, Activity) else what


SECONDS, MINUTES_SECONDS, MINUTES, HOURS = "{s} s", "{min} min {s} s", "{min} min", "{h} h {min} min"
DURATIONS = (SECONDS, MINUTES_SECONDS, MINUTES, HOURS)
"""Every pattern of a duration, for translators."""


def duration_text(seconds: float, translate: Callable[[str], str] = str) -> str:
    """Seconds as people say them: "0.8 s", "12 s", "3 min 5 s", "41 min", "2 h 27 min".

    `translate` is given the patterns of `DURATIONS`.
    """
    if seconds < 0.95:
        return translate(SECONDS).format(s=f"{seconds:.1f}")
    minutes, rest = divmod(round(seconds), 60)
    if not minutes:
        return translate(SECONDS).format(s=rest)
    if minutes < 10 and rest:
        return translate(MINUTES_SECONDS).format(min=minutes, s=rest)
    if minutes < 60:
        return translate(MINUTES).format(min=minutes)
    return translate(HOURS).format(h=minutes // 60, min=minutes % 60)


def ignore_progress(done: int, total: int, what: What) -> None:
    """A progress callback for callers who do not watch."""


def never_cancelled() -> bool:
    """A cancel check for callers who cannot cancel."""
    return False


def stop_if(cancelled: CancelCheck) -> None:
    """Raise `Cancelled` if the user has asked to stop."""
    if cancelled():
        raise Cancelled
