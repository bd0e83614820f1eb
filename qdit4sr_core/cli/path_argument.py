"""Arguments that name a file or a folder: an empty one would mean the current folder, and is refused."""

from __future__ import annotations

from argparse import ArgumentTypeError
from pathlib import Path


def given_name(text: str) -> str:
    """The argument as it is. Raises `ArgumentTypeError` for an empty one, as of a shell variable not set."""
    if not text:
        raise ArgumentTypeError("this must name something, but it is empty")
    return text


def given_path(text: str) -> Path:
    """The argument as a path. Raises `ArgumentTypeError` for an empty one."""
    return Path(given_name(text))
