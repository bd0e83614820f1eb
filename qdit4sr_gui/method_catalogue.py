"""What the window needs to know about the quantization methods and metrics, without importing torch."""

from __future__ import annotations

import dataclasses
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

_BITS = ("weight_bits", "act_bits")


def describe_methods() -> MethodCatalogue:
    """The registered methods. Imports torch: call it from the worker."""
    from qdit4sr_core.quantize.methods import METHODS

    entries = [MethodEntry("fp", "Full precision"), MethodEntry("bicubic", "Bicubic")]
    for name, spec in METHODS.items():
        if name in ("fp", "bicubic"):
            continue
        options = tuple(
            MethodOption(field.name, _default(field))
            for field in dataclasses.fields(spec.config_class)
            if field.name not in _BITS
        )
        entries.append(MethodEntry(name, spec.label, options, spec.needs_calibration, spec.summary))
    return MethodCatalogue(tuple(entries))


def _default(field: dataclasses.Field[Any]) -> Any:
    if field.default is not dataclasses.MISSING:
        return field.default
    if field.default_factory is not dataclasses.MISSING:
        return field.default_factory()
    return None
