"""Variants: what stands side by side in a comparison, and the grammar that names it.

    variant  = "fp" | "bicubic" | "artifact:" FILE | "images:" FOLDER | method
    method   = METHOD ["-w" BITS "a" BITS] [":" options]
    options  = NAME "=" VALUE {"," NAME "=" VALUE}

Options are the fields of the method's configuration (`global_rank=8`, `vasmp=false`). In a list of variants
separated by commas, a piece that reads NAME=VALUE belongs to the variant before it.
"""

from __future__ import annotations

import dataclasses
import re
import types
import typing
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from ..errors import VariantError
from .methods import METHODS, MethodConfig, MethodSpec, method_of

VariantKind = Literal["fp", "bicubic", "method", "artifact", "images"]

ARTIFACT_PREFIX = "artifact:"
ARTIFACT_SUFFIX = ".safetensors"
IMAGES_PREFIX = "images:"
"""Results made elsewhere: pictures that carry the photos' names."""
_BITS = re.compile(r"-w(\d+)a(\d+)$", re.IGNORECASE)
_OPTION = re.compile(r"\s*[A-Za-z_]\w*\s*=")
_TRUE, _FALSE = ("true", "yes", "on", "1"), ("false", "no", "off", "0")


@dataclass(frozen=True)
class Variant:
    """One column of a comparison: a label and a way to get a model (or, for "bicubic", no model)."""

    key: str
    """Canonical text in the grammar, usable in tables and, through `file_stem`, as a file name."""
    label: str
    kind: VariantKind
    config: MethodConfig | None = None
    path: Path | None = None

    @property
    def file_stem(self) -> str:
        """The key with everything but letters, digits, dots and dashes replaced."""
        if self.path is not None:
            return re.sub(r"[^\w.\-]+", "_", self.key.replace(str(self.path), self.path.stem)).replace(
                ":", "-"
            )
        return re.sub(r"[^\w.\-]+", "_", self.key)


FULL_PRECISION = Variant("fp", "Full precision", "fp")
BICUBIC = Variant("bicubic", "Bicubic", "bicubic")


def known_variants() -> str:
    """The names a variant can start with, for messages and help texts."""
    return ", ".join(["fp", "bicubic", *METHODS, f"{ARTIFACT_PREFIX}FILE", f"{IMAGES_PREFIX}FOLDER"])


def parse_variant(text: str) -> Variant:
    """Read one variant. Raises `VariantError`; an unknown name or option lists the known ones."""
    text = text.strip()
    if not text:
        raise VariantError(f"A variant is empty; give one of {known_variants()}.")
    if text.startswith(ARTIFACT_PREFIX) or text.endswith(ARTIFACT_SUFFIX):
        return artifact_variant(Path(text.removeprefix(ARTIFACT_PREFIX)))
    if text.startswith(IMAGES_PREFIX):
        return images_variant(Path(text.removeprefix(IMAGES_PREFIX)))
    head, _, options = text.partition(":")
    for variant in (FULL_PRECISION, BICUBIC):
        if head.strip().lower() == variant.key:
            if options.strip():
                raise VariantError(
                    f"The variant {variant.key!r} has no options, but {options.strip()!r} is given."
                )
            return variant
    return _parse_method(head.strip(), options)


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
    """The same variants with "-2", "-3", ... after keys that have occurred before."""
    result: list[Variant] = []
    seen: dict[str, int] = {}
    for variant in variants:
        count = seen[variant.key] = seen.get(variant.key, 0) + 1
        if count > 1:
            variant = dataclasses.replace(
                variant, key=f"{variant.key}-{count}", label=f"{variant.label} ({count})"
            )
        result.append(variant)
    return result


def split_variants(text: str) -> list[str]:
    """Cut a list at its commas, leaving the commas between options."""
    specs: list[str] = []
    for piece in text.split(","):
        if not piece.strip():
            continue
        if specs and _OPTION.match(piece) and ":" in specs[-1]:
            specs[-1] += f",{piece}"
        else:
            specs.append(piece)
    return specs


def method_variant(config: MethodConfig) -> Variant:
    """The variant of a method configuration, its key in canonical form."""
    spec = method_of(config)
    changed = [
        (field.name, getattr(config, field.name))
        for field in _option_fields(spec)
        if getattr(config, field.name) != field.default
    ]
    options = ",".join(f"{name}={_text(value)}" for name, value in changed)
    key = f"{spec.name}-w{config.weight_bits}a{config.act_bits}"
    label = f"{spec.label} W{config.weight_bits}A{config.act_bits}"
    if options:
        key, label = f"{key}:{options}", f"{label} ({options.replace(',', ', ')})"
    return Variant(key, label, "method", config)


def artifact_variant(path: Path) -> Variant:
    """The variant of a quantized file. Raises `VariantError` when there is no such file."""
    if not path.is_file():
        raise VariantError(f"There is no quantized file {path}.")
    return Variant(f"{ARTIFACT_PREFIX}{path}", path.stem, "artifact", path=path)


def images_variant(folder: Path) -> Variant:
    """The variant of a folder of results made elsewhere. Raises `VariantError` without such a folder."""
    if not folder.is_dir():
        raise VariantError(f"There is no folder {folder} with results.")
    return Variant(f"{IMAGES_PREFIX}{folder}", folder.resolve().name, "images", path=folder)


def _parse_method(head: str, options: str) -> Variant:
    bits = _BITS.search(head)
    name = (head[: bits.start()] if bits else head).lower()
    spec = METHODS.get(name)
    if spec is None:
        raise VariantError(f"There is no variant {head!r}; the known ones are {known_variants()}.")
    values: dict[str, Any] = {}
    if bits:
        values = {"weight_bits": int(bits[1]), "act_bits": int(bits[2])}
    values |= _parse_options(spec, options)
    try:
        return method_variant(spec.config_class(**values))
    except VariantError as error:
        raise VariantError(f"{head}: {error}") from error


def _option_fields(spec: MethodSpec) -> list[dataclasses.Field[Any]]:
    return [f for f in dataclasses.fields(spec.config_class) if f.name not in ("weight_bits", "act_bits")]


def _parse_options(spec: MethodSpec, text: str) -> dict[str, Any]:
    hints = typing.get_type_hints(spec.config_class)
    known = [field.name for field in _option_fields(spec)]
    values: dict[str, Any] = {}
    for piece in text.split(","):
        if not piece.strip():
            continue
        name, equals, value = (part.strip() for part in piece.partition("="))
        if not equals:
            raise VariantError(f"The option {piece.strip()!r} of {spec.name} must read name=value.")
        if name not in known:
            raise VariantError(f"{spec.name} has no option {name!r}; it has {', '.join(known) or 'none'}.")
        if name in values:
            raise VariantError(f"The option {name!r} of {spec.name} is given twice.")
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


def _text(value: Any) -> str:
    if value is None:
        return "none"
    return str(value).lower() if isinstance(value, bool) else str(value)
