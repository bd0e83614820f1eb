"""One sentence about a place where the variants differ: who adds false grain, who loses texture, how much."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from .numbers import TOLD_FROM
from .reveal import Change, Place

NAMED = 4
"""With more variants, the worst three and the best one are named."""
SLIGHT = 0.5
"""Changes below this many dB count as none."""
SAME = 0.98
"""SSIM from which on a window counts as unchanged."""

ADDS_HERE = "{name} adds {number} dB of false grain here"
LOSES_HERE = "{name} loses {number} dB of texture here"
BENDS_HERE = "{name} changes the structure here (SSIM {number})"
ADDS, LOSES = "{name} adds {number} dB", "{name} loses {number} dB"
NEITHER = "{name} adds and loses next to none"
HARDLY = "The variants hardly differ here: by at most {number} dB of texture."
BETWEEN, END = "; ", "{clauses}."
SENTENCES = (ADDS_HERE, LOSES_HERE, BENDS_HERE, ADDS, LOSES, NEITHER, HARDLY, BETWEEN, END)
"""Every pattern, for translators."""


def place_sentence(place: Place, labels: Mapping[str, str], translate: Callable[[str], str] = str) -> str:
    """The place in words, worst variant first.

    "RTN W4A4 adds 6.1 dB of false grain here; Q-DiT4SR W4A4 adds 0.7 dB." `labels` names the variants'
    keys; `translate` is given each pattern of `SENTENCES`.
    """
    if all(abs(c.decibels) < SLIGHT and c.structure >= SAME for c in place.changes):
        most = max(abs(change.decibels) for change in place.changes)
        return translate(HARDLY).format(number=f"{most:.1f}")
    parts = []
    shown = place.changes if len(place.changes) <= NAMED else (*place.changes[: NAMED - 1], place.changes[-1])
    for index, change in enumerate(shown):
        pattern, number = _pattern(change, first=index == 0)
        parts.append(translate(pattern).format(name=labels.get(change.key, change.key), number=number))
    return translate(END).format(clauses=translate(BETWEEN).join(parts))


def _pattern(change: Change, first: bool) -> tuple[str, str]:
    if first and abs(change.decibels) < SLIGHT:
        return BENDS_HERE, f"{change.structure:.2f}"
    if not first and abs(change.decibels) < TOLD_FROM:
        return NEITHER, ""
    if change.decibels >= 0:
        return (ADDS_HERE if first else ADDS), f"{change.decibels:.1f}"
    return (LOSES_HERE if first else LOSES), f"{-change.decibels:.1f}"
