"""Arguments that are whole numbers: of a size that every file and library here can hold."""

from __future__ import annotations

from argparse import ArgumentTypeError

_LARGEST = 2**63 - 1
_SHOWN = 24


def given_whole(text: str) -> int:
    """The argument as a whole number of 64 bits. Raises `ArgumentTypeError` for any other text."""
    try:
        number = int(text)
    except ValueError:
        number = None
    if number is not None and abs(number) <= _LARGEST:
        return number
    shown = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
    wanted = "a whole number" if number is None else f"a whole number of at most {_LARGEST}"
    raise ArgumentTypeError(f"{shown!r} is not {wanted}")
