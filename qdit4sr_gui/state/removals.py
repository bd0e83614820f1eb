"""What was taken out and can be brought back, the last one first. No Qt here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from psygnal import Signal

from .edit_order import next_edit
from .event import event


@dataclass(frozen=True)
class _Removal:
    bring_back: Callable[[], None]
    back: str
    edit: int


class Removals:
    """A stack of removals."""

    restored: ClassVar[Signal] = event(str)
    """Something is back: a sentence that says so."""

    def __init__(self) -> None:
        self._stack: list[_Removal] = []

    def add(self, bring_back: Callable[[], None], back: str) -> None:
        """Something was taken out; `back` is said when it is back."""
        self._stack.append(_Removal(bring_back, back, next_edit()))

    @property
    def can_restore(self) -> bool:
        """Is there anything to bring back?"""
        return bool(self._stack)

    @property
    def last_edit(self) -> int:
        """The number of the last removal, 0 for none."""
        return self._stack[-1].edit if self._stack else 0

    def restore(self) -> None:
        """Bring back what was taken out last."""
        if self._stack:
            removal = self._stack.pop()
            removal.bring_back()
            self.restored.emit(removal.back)

    def forget(self) -> None:
        """Nothing can be brought back any more."""
        self._stack.clear()
