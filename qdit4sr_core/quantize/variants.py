"""Variants: what stands side by side in a comparison. The text that names one is read by `variant_text`.

Options are the fields of the method's configuration (`global_rank=8`, `vasmp=false`).
"""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from ..errors import VariantError, unreadable
from ..file_names import unique_stems
from ..variant_text import (
    VariantKind,
    VariantText,
    distinct_labels,
    known_variants,
    read_variant,
    split_variants,
)
from .methods import METHODS, MethodConfig, MethodSpec, method_of

_TRUE, _FALSE = ("true", "yes", "on", "1"), ("false", "no", "off", "0")


@dataclass(frozen=True)
class Variant:
    """One column of a comparison: a label and a way to get a model (or, for "bicubic", no model)."""

    key: str
    """Canonical text in the grammar, usable in tables."""
    label: str
    kind: VariantKind
    config: MethodConfig | None = None
    path: Path | None = None
    file_stem: str = ""
    """A file name without ending."""


def _variant(text: VariantText, config: MethodConfig | None = None) -> Variant:
    return Variant(text.text, text.label, text.kind, config, text.path, text.file_stem)


FULL_PRECISION = _variant(VariantText("fp"))
BICUBIC = _variant(VariantText("bicubic"))


def parse_variant(text: str) -> Variant:
    """Read one variant. Raises `VariantError`; an unknown name or option lists the known ones."""
    read = read_variant(text)
    if read.kind == "method":
        return _method(read)
    try:
        if read.kind == "artifact" and not (read.path is not None and read.path.is_file()):
            raise VariantError(f"There is no quantized file {read.path}.")
        if read.kind == "images" and not (read.path is not None and read.path.is_dir()):
            raise VariantError(f"There is no folder {read.path} with results.")
    except OSError as error:
        raise VariantError(unreadable(read.path, error)) from error
    return _variant(read)


def parse_variants(text: str | Sequence[str]) -> list[Variant]:
    """Read a list: variants separated by commas, or several such texts.

    A variant named twice gets a number, so that its repetition can be told apart. Raises `VariantError`.
    """
    pieces = [text] if isinstance(text, str) else list(text)
    variants = [parse_variant(spec) for piece in pieces for spec in split_variants(piece)]
    if not variants:
        raise VariantError(f"No variant is given; choose from {known_variants()}.")
    return distinct(variants)


def distinct(variants: Sequence[Variant]) -> list[Variant]:
    """The same variants with labels and file names of their own.

    Files and folders of one name are told apart by the folders above them; keys that have occurred before
    get "-2", "-3", ...
    """
    told = distinct_labels([variant.key for variant in variants])
    if len(set(told)) > len({variant.label for variant in variants}):
        variants = [dataclasses.replace(v, label=label) for v, label in zip(variants, told, strict=True)]
    result: list[Variant] = []
    seen: dict[str, int] = {}
    for variant in variants:
        count = seen[variant.key] = seen.get(variant.key, 0) + 1
        if count > 1:
            variant = dataclasses.replace(
                variant,
                key=f"{variant.key}-{count}",
                label=f"{variant.label} ({count})",
                file_stem=f"{variant.file_stem}-{count}",
            )
        result.append(variant)
    stems = unique_stems(variant.file_stem for variant in result)
    return [
        v if stem == v.file_stem else dataclasses.replace(v, file_stem=stem)
        for v, stem in zip(result, stems, strict=True)
    ]


def method_variant(config: MethodConfig) -> Variant:
    """The variant of a method configuration, its key in canonical form."""
    spec = method_of(config)
    options = tuple(
        (field.name, option_text(getattr(config, field.name)))
        for field in option_fields(spec)
        if getattr(config, field.name) != field.default
    )
    return _variant(VariantText("method", spec.name, config.weight_bits, config.act_bits, options), config)


def _method(read: VariantText) -> Variant:
    spec = METHODS.get(read.method)
    if spec is None:
        raise VariantError(f"There is no variant {read.text!r}; the known ones are {known_variants()}.")
    values: dict[str, Any] = {}
    if read.weight_bits is not None:
        values = {"weight_bits": read.weight_bits, "act_bits": read.act_bits}
    values |= _option_values(spec, read.options)
    try:
        return method_variant(spec.config_class(**values))
    except VariantError as error:
        raise VariantError(f"{read.text}: {error}") from error


def option_fields(spec: MethodSpec[Any]) -> list[dataclasses.Field[Any]]:
    """What a variant may set of a method, besides the two widths."""
    return [f for f in dataclasses.fields(spec.config_class) if f.name not in ("weight_bits", "act_bits")]


def _option_values(spec: MethodSpec[Any], options: Sequence[tuple[str, str]]) -> dict[str, Any]:
    hints = typing.get_type_hints(spec.config_class)
    known = [field.name for field in option_fields(spec)]
    values: dict[str, Any] = {}
    for name, value in options:
        if name not in known:
            raise VariantError(f"{spec.name} has no option {name!r}; it has {', '.join(known) or 'none'}.")
        values[name] = _convert(f"{spec.name}: {name}", value, hints[name])
    return values


def _convert(what: str, value: str, wanted: Any) -> Any:
    """`value` as the type of a configuration field. Raises `VariantError`."""
    origin, arguments = typing.get_origin(wanted), typing.get_args(wanted)
    if origin is Literal:
        if value in arguments:
            return value
        raise VariantError(f"{what} must be one of {', '.join(map(str, arguments))}, not {value!r}.")
    if origin in (typing.Union, types.UnionType):
        if type(None) in arguments and value.lower() in ("none", "auto"):
            return None
        for kind in (a for a in arguments if a is not type(None)):
            return _convert(what, value, kind)
    if wanted is bool:
        if value.lower() in _TRUE + _FALSE:
            return value.lower() in _TRUE
        raise VariantError(f"{what} must be true or false, not {value!r}.")
    if wanted in (int, float):
        try:
            return wanted(value)
        except ValueError as error:
            kind = "a whole number" if wanted is int else "a number"
            raise VariantError(f"{what} must be {kind}, not {value!r}.") from error
    if wanted is str:
        return value
    raise VariantError(f"{what} cannot be set in a variant's name.")


def option_text(value: Any) -> str:
    """A configuration's value as a variant writes it: `none`, `true`, a number, a name."""
    if value is None:
        return "none"
    return str(value).lower() if isinstance(value, bool) else str(value)
