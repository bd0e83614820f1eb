"""What depends on a terminal: a bar and the width of lines; a pipe or a file gets a line at times."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Callable
from typing import Any, TextIO

from ..file_names import readable
from ..progress import Progress, What, duration_text

EVERY = 10.0
"""Seconds between lines where there is no terminal, at least."""
_SHARE = 0.05
"""Of the time that has passed: hours of work are told in a hundred lines, not in a thousand."""
_LEAST = 40
"""Narrower terminals are written as if they had so many columns."""


def terminal_columns() -> int | None:
    """How many characters fit into a line of standard output; None where it is no terminal."""
    return max(_LEAST, shutil.get_terminal_size().columns) if sys.stdout.isatty() else None


def terminal_progress(stream: TextIO | None = None) -> Progress:
    """A progress callback that draws a bar with steps and remaining time on `stream` (stderr).

    On anything but a terminal it writes a line now and then, see `Lines`. A total that changes starts anew.
    """
    stream = stream or sys.stderr
    return _Bar(stream) if stream.isatty() else Lines(stream)


def about(seconds: float) -> str:
    """A time that is only estimated, without false precision: "about 8 s", "about 45 s", "about 3 min"."""
    unit = 1 if seconds < 10 else 5 if seconds < 60 else 30 if seconds < 600 else 60
    return f"about {duration_text(max(1, unit * round(seconds / unit)))}"


class Lines:
    """Progress without a terminal: whole lines, at most one every ten seconds, rarer in long work.

    Work of less than ten seconds is not told.
    """

    def __init__(self, stream: TextIO, clock: Callable[[], float] = time.monotonic) -> None:
        self._stream, self._clock = stream, clock
        self._made = self._said = clock()
        self._total = -1
        self._first = (0, 0.0)  # done, when

    def __call__(self, done: int, total: int, what: What) -> None:
        """Say `what`, how much of it is done and how long the rest will take, if it is time to."""
        now = self._clock()
        if total != self._total or done < self._first[0]:
            self._total, self._first = total, (done, now)
        if not self.due:
            return
        percent = f", {100 * done // total} %" if total > 1 else ""
        before, began = self._first
        left = ""
        if before < done < total:
            left = f", {about((now - began) / (done - before) * (total - done))} left"
        self.say(f"{what}{percent}{left}")

    @property
    def due(self) -> bool:
        """Whether the last line is old enough for another."""
        now = self._clock()
        return now - self._said >= max(EVERY, _SHARE * (now - self._made))

    def say(self, line: str) -> None:
        """Write a line now."""
        self._said = self._clock()
        self._stream.write(readable(line) + "\n")  # in one piece: an interrupt may come
        self._stream.flush()


class _Bar:
    """One tqdm bar, made at the first report."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._bar: Any = None

    def __call__(self, done: int, total: int, what: What) -> None:
        """Move the bar to `done` of `total`; it closes when full."""
        from tqdm import tqdm

        if self._bar is None and done >= total:
            return
        if self._bar is None or self._bar.total != total:
            self.close()
            self._bar = tqdm(
                desc=str(what),
                total=total,
                file=self._stream,
                leave=False,
                dynamic_ncols=True,
                bar_format="{desc} |{bar}| {n_fmt}/{total_fmt} [{elapsed}, {remaining} left]",
            )
        self._bar.set_description_str(str(what), refresh=False)
        self._bar.update(done - self._bar.n)
        if done >= total:
            self.close()

    def close(self) -> None:
        """Remove the bar from the terminal."""
        if self._bar is not None:
            self._bar.close()
            self._bar = None
