"""What the window needs to know about the quantization methods, without importing torch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class MethodOption:
    """One setting of a method: its name in the variant grammar and its default value."""

    name: str
    default: Any


@dataclass(frozen=True)
class MethodEntry:
    """One method of the list."""

    name: str
    label: str
    options: tuple[MethodOption, ...] = ()
    needs_calibration: bool = False
    summary: str = ""


@dataclass(frozen=True)
class MethodCatalogue:
    """All methods there are."""

    methods: tuple[MethodEntry, ...] = ()

    def entry(self, name: str) -> MethodEntry | None:
        """A method by name."""
        return next((entry for entry in self.methods if entry.name == name), None)


STARTING_CATALOGUE = MethodCatalogue(
    (
        MethodEntry("fp", "Full precision"),
        MethodEntry("rtn", "RTN"),
        MethodEntry("q-dit4sr", "Q-DiT4SR"),
    )
)
"""Shown until the worker has looked at the real ones."""
