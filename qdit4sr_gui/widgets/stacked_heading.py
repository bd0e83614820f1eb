"""A column's heading on two lines where that makes it narrower."""

from __future__ import annotations

SHORT = 6
"""Headings of so many letters stay on one line."""
LONG = 8
"""Single words of more letters leave their arrow to the second line."""
BREAKS = "/的"
"""A line may end after these, though no space follows."""
ARROWS = ("↑", "↓", "→1")


def stacked_heading(text: str) -> str:
    """The heading broken where its longer line is shortest: at a space, after a slash or 的.

    "Texture lost ↓" becomes "Texture" above "lost ↓". An arrow stays with its word unless that is long.
    """
    if len(text) <= SHORT:
        return text
    halves = [(text[:at], text[at + 1 :]) for at, letter in enumerate(text) if letter == " "]
    if len(text) <= LONG or len(halves) > 1:
        halves = [pair for pair in halves if pair[1] not in ARROWS]
    halves += [(text[: at + 1], text[at + 1 :]) for at, letter in enumerate(text[:-1]) if letter in BREAKS]
    return "\n".join(min(halves, key=lambda pair: max(map(len, pair)), default=(text,)))
