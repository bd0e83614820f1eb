"""What depends on a terminal: a progress bar and the width of lines; a pipe has neither."""

from __future__ import annotations

import shutil
import sys
from typing import Any, TextIO

from ..progress import Progress, What, ignore_progress

_LEAST = 40
"""Narrower terminals are written as if they had so many columns."""


def terminal_columns() -> int | None:
    """How many characters fit into a line of standard output; None where it is no terminal."""
    return max(_LEAST, shutil.get_terminal_size().columns) if sys.stdout.isatty() else None


def terminal_progress(stream: TextIO | None = None) -> Progress:
    """A progress callback that draws a bar with steps and remaining time on `stream` (stderr).

    On anything but a terminal it is silent. A total that changes starts a new bar.
    """
    stream = stream or sys.stderr
    return _Bar(stream) if stream.isatty() else ignore_progress


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
