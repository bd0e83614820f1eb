"""What was taken out and can be brought back, the last one first. No Qt here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from psygnal import Signal

from .event import event


@dataclass(frozen=True)
class _Removal:
    bring_back: Callable[[], None]
    back: str


class Removals:
    """A stack of removals."""

    restored: ClassVar[Signal] = event(str)
    """Something is back: a sentence that says so."""

    def __init__(self) -> None:
        self._stack: list[_Removal] = []

    def add(self, bring_back: Callable[[], None], back: str) -> None:
        """Something was taken out; `back` is said when it is back."""
        self._stack.append(_Removal(bring_back, back))

    @property
    def can_restore(self) -> bool:
        """Is there anything to bring back?"""
        return bool(self._stack)

    def restore(self) -> None:
        """Bring back what was taken out last."""
        if self._stack:
            removal = self._stack.pop()
            removal.bring_back()
            self.restored.emit(removal.back)

    def forget(self) -> None:
        """Nothing can be brought back any more."""
        self._stack.clear()
