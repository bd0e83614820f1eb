"""Undo takes the last edit back first and redo does the first again, whatever they changed. No Qt here."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count
from typing import Protocol

_numbers = count(1)


class Edits(Protocol):
    """Edits of one kind. Their numbers, and those of the moments when they are taken back, rise with time."""

    @property
    def last_edit(self) -> int:
        """The edit that `undo` takes back, 0 for none."""

    @property
    def newest_edit(self) -> int:
        """The edit that was made last, taken back or not, 0 for none."""

    @property
    def last_undo(self) -> int:
        """When that was taken back which `redo` does again, 0 for nothing."""

    def undo(self) -> None:
        """Take the last edit back."""

    def redo(self) -> None:
        """Do again what was taken back last."""


def next_number() -> int:
    """The number of an edit, or of taking one back, that happens now: higher than all before."""
    return next(_numbers)


def to_take_back(kinds: Sequence[Edits]) -> Edits | None:
    """The kind of the last edit."""
    last = max(kinds, key=lambda edits: edits.last_edit)
    return last if last.last_edit else None


def to_do_again(kinds: Sequence[Edits]) -> Edits | None:
    """The kind of what was taken back last, unless a new edit was made since."""
    last = max(kinds, key=lambda edits: edits.last_undo)
    return last if last.last_undo > max(edits.newest_edit for edits in kinds) else None
