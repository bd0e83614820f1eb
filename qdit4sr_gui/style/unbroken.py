"""Numbers that keep their units beside them where a text is broken into lines."""

from __future__ import annotations

import re

NO_BREAK = "\u00a0"
_NUMBER = re.compile(r"(?<![\w.])([−+-]?\d[\d.,]*) (?=(?:dB|%|[kMG]B|ms|s|min|h|px|MP|bits?|levels²?)(?!\w))")


def unbroken(text: str) -> str:
    """The text with no-break spaces between numbers and units: "6.1 dB", "28 s", "50 %"."""
    return _NUMBER.sub(rf"\1{NO_BREAK}", text)
