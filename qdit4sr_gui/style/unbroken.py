"""Numbers that keep their units beside them, and names their parts, where a text is broken into lines."""

from __future__ import annotations

import re

NO_BREAK, WORD_JOINER = "\u00a0", "\u2060"
_NUMBER = re.compile(r"(?<![\w.])([−+-]?\d[\d.,]*) (?=(?:dB|%|[kMG]B|ms|s|min|h|px|MP|bits?|levels²?)(?!\w))")
_NAME = re.compile(r"(?<=[A-Z])(\w*)-(?=[A-Z])")


def unbroken(text: str) -> str:
    """The text with no break within "6.1 dB", "28 s" and "50 %", nor within "Q-DiT4SR"."""
    return _NAME.sub(rf"\1-{WORD_JOINER}", _NUMBER.sub(rf"\1{NO_BREAK}", text))


def shown(line: str) -> str:
    """A line of an `unbroken` text as it is painted."""
    return line.replace(NO_BREAK, " ").replace(WORD_JOINER, "")
