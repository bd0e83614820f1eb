"""What the window needs to know about the quantization methods, without importing torch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from qdit4sr_core.method_names import method_names
from qdit4sr_core.variant_text import BICUBIC_TEXT, FULL_PRECISION_TEXT, label_of, read_variant


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
    check: Callable[[str], Any] = read_variant
    """Raises `VariantError` for a variant that cannot be run; at first for mistakes of grammar alone."""

    def entry(self, name: str) -> MethodEntry | None:
        """A method by name."""
        return next((entry for entry in self.methods if entry.name == name), None)


WITHOUT_MODEL = tuple(MethodEntry(text, label_of(text)) for text in (FULL_PRECISION_TEXT, BICUBIC_TEXT))
"""What stands in the list beside the methods; these have neither bits nor options."""

STARTING_CATALOGUE = MethodCatalogue(
    (*WITHOUT_MODEL, *(MethodEntry(method.name, method.label) for method in method_names()))
)
"""Shown until the worker has looked the methods' options up."""
