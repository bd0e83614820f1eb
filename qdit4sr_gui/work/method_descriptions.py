"""Looks the quantization methods up in the core for the window's list."""

from __future__ import annotations

import dataclasses
from typing import Any

from qdit4sr_gui.state.method_catalogue import WITHOUT_MODEL, MethodCatalogue, MethodEntry, MethodOption

_BITS = ("weight_bits", "act_bits")


def describe_methods() -> MethodCatalogue:
    """The registered methods. Imports torch: call it from the worker."""
    from qdit4sr_core.quantize.methods import METHODS
    from qdit4sr_core.quantize.variants import parse_variant

    entries = list(WITHOUT_MODEL)
    for name, spec in METHODS.items():
        options = tuple(
            MethodOption(field.name, _default(field))
            for field in dataclasses.fields(spec.config_class)
            if field.name not in _BITS
        )
        entries.append(MethodEntry(name, spec.label, options, spec.needs_calibration, spec.summary))
    return MethodCatalogue(tuple(entries), parse_variant)


def _default(field: dataclasses.Field[Any]) -> Any:
    if field.default is not dataclasses.MISSING:
        return field.default
    if field.default_factory is not dataclasses.MISSING:
        return field.default_factory()
    return None
