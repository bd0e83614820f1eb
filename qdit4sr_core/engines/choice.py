"""The names of engines, which can be had here, and how many layers ran on each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from ..errors import SettingsError
from . import kernel

ENGINES = ("auto", "kernel", "int8", "reference")
"""Names a user may choose. For each layer `auto` takes the first of the others that is exact for it and made
for this processor.
"""


def check_engine(name: str) -> None:
    """Raises `SettingsError` for an unknown engine, or for the kernel where it was not compiled."""
    if name not in ENGINES:
        raise SettingsError(f"There is no engine {name!r}; choose from {', '.join(ENGINES)}.")
    if name == "kernel":
        kernel.needed()


def count_engines(engines: Iterable[str]) -> dict[str, int]:
    """Layers by engine, in the order of `ENGINES`."""
    counted = Counter(engines)
    return {name: counted[name] for name in ENGINES if counted[name]}


def describe_engines(counts: Mapping[str, int]) -> str:
    """`96 layers by kernel`, or `90 of 96 layers by kernel, 6 by reference`; empty without layers."""
    total = sum(counts.values())
    if not total:
        return ""
    first, *rest = counts.items()
    head = f"{first[1]} layers by {first[0]}" if not rest else f"{first[1]} of {total} layers by {first[0]}"
    return ", ".join([head, *(f"{count} by {name}" for name, count in rest)])
