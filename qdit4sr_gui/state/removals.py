"""What was taken out: it can be brought back, the last one first, and taken out again. No Qt here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from psygnal import Signal

from .edit_order import next_number
from .event import event


@dataclass(frozen=True)
class Removal:
    """How to bring something back and to take it out again, and what is said of that (nothing if empty)."""

    bring_back: Callable[[], None]
    take_out: Callable[[], None]
    back: str = ""
    out: str = ""


class Removals:
    """The removals that undo takes back, and those that redo does again."""

    said: ClassVar[Signal] = event(str)
    """Something is back, or out again: a sentence that says so."""

    def __init__(self) -> None:
        self._done: list[tuple[int, Removal]] = []
        self._undone: list[tuple[int, Removal, int]] = []

    def add(self, removal: Removal) -> None:
        """Something was taken out just now; what was brought back before cannot go again."""
        self._done.append((next_number(), removal))
        self._undone.clear()

    @property
    def last_edit(self) -> int:
        """The number of the last removal that can be taken back, 0 for none."""
        return self._done[-1][0] if self._done else 0

    @property
    def newest_edit(self) -> int:
        """The number of the newest removal, 0 for none."""
        return self._undone[0][0] if self._undone else self.last_edit

    @property
    def last_undo(self) -> int:
        """When that was brought back which `redo` takes out again, 0 for nothing."""
        return self._undone[-1][2] if self._undone else 0

    def undo(self) -> None:
        """Bring back what was taken out last."""
        if self._done:
            edit, removal = self._done.pop()
            self._undone.append((edit, removal, next_number()))
            removal.bring_back()
            self._say(removal.back)

    def redo(self) -> None:
        """Take out again what was brought back last."""
        if self._undone:
            edit, removal, _ = self._undone.pop()
            self._done.append((edit, removal))
            removal.take_out()
            self._say(removal.out)

    def forget(self) -> None:
        """Nothing can be brought back or taken out again any more."""
        self._done.clear()
        self._undone.clear()

    def _say(self, sentence: str) -> None:
        if sentence:
            self.said.emit(sentence)
