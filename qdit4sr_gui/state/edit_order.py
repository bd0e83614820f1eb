"""Which of two edits came later, whatever they changed: undo takes the last one back first. No Qt here."""

from __future__ import annotations

from itertools import count

_numbers = count(1)


def next_edit() -> int:
    """The number of an edit that is made now, higher than those of all before; 0 stands for none."""
    return next(_numbers)
