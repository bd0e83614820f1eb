"""Lists within one argument."""

from __future__ import annotations


def comma_list(text: str) -> tuple[str, ...]:
    """The names between commas, without blanks around them; empty ones are left out."""
    return tuple(name.strip() for name in text.split(",") if name.strip())
