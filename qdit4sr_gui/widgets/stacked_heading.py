"""A column's heading on two lines where that makes it narrower."""

from __future__ import annotations

SHORT = 6
"""Headings of so many letters stay on one line."""
ARROWS = ("↑", "↓", "→1")


def stacked_heading(text: str) -> str:
    """The heading broken where its longer line is shortest; an arrow stays with its word.

    "Texture lost ↓" becomes "Texture" above "lost ↓".
    """
    words: list[str] = []
    for word in text.split(" "):
        if word in ARROWS and words:
            words[-1] += " " + word
        else:
            words.append(word)
    if len(text) <= SHORT or len(words) < 2:
        return text
    halves = [(" ".join(words[:at]), " ".join(words[at:])) for at in range(1, len(words))]
    return "\n".join(min(halves, key=lambda pair: max(map(len, pair))))
