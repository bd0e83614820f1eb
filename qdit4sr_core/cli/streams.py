"""stdout and stderr as they may be: of any encoding, absent, closed, or a pipe whose reader has gone."""

from __future__ import annotations

import codecs
import contextlib
import os
import sys
from collections.abc import Iterator
from typing import Any

_PLAIN = {
    "↑": "^", "↓": "v", "→": "->", "∞": "inf", "–": "-", "−": "-", "×": "x", "†": "+", "≥": ">=", "≤": "<=",
    "“": '"', "”": '"', "’": "'", "·": ".", "±": "+-", "…": "...", "²": "2",
}  # fmt: skip
"""What stands for a sign in an encoding that lacks it."""
_HANDLER = "qdit4sr-plain"


def _plain(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    text = "".join(_sign(c) for c in error.object[error.start : error.end])
    return text, error.end


def _sign(character: str) -> str:
    if 0xDC80 <= ord(character) <= 0xDCFF:  # a byte of a file name that is no text
        return f"\\x{ord(character) - 0xDC00:02x}"
    return _PLAIN.get(character, "?")


codecs.register_error(_HANDLER, _plain)


class _Patient:
    """A stream whose reader may go: what is written after that is dropped, and the work goes on."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self._gone = False

    def write(self, text: str) -> int:
        if not self._gone:
            try:
                self._stream.write(text)
            except BrokenPipeError:
                self._leave()
        return len(text)

    def flush(self) -> None:
        if not self._gone:
            try:
                self._stream.flush()
            except BrokenPipeError:
                self._leave()

    def _leave(self) -> None:
        self._gone = True
        silence(self._stream)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def silence(stream: Any) -> None:
    """Lead the stream's file into nothing, so that what it still holds does no harm at the end."""
    with contextlib.suppress(OSError, ValueError, AttributeError):
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, stream.fileno())
        os.close(nothing)


def _fill_closed_descriptors() -> None:
    """Descriptors 0 to 2 that are closed would be given to the next file opened; they get nothing instead."""
    for number in (0, 1, 2):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)


@contextlib.contextmanager
def standard_streams() -> Iterator[None]:
    """For the block, printing never fails because of an encoding, an absent stream or a reader that went.

    A full disk behind stdout still raises OSError.
    """
    _fill_closed_descriptors()
    before = sys.stdout, sys.stderr
    restore: list[tuple[Any, str]] = []
    made = []
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None or getattr(stream, "closed", False):
            stream = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 (closed below)
            made.append(stream)
        elif hasattr(stream, "reconfigure"):
            restore.append((stream, stream.errors))
            stream.reconfigure(errors=_HANDLER)
        setattr(sys, name, _Patient(stream))
    try:
        yield
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        sys.stdout, sys.stderr = before
        for stream, errors in restore:
            with contextlib.suppress(OSError, ValueError):
                stream.reconfigure(errors=errors)
        for stream in made:
            stream.close()
