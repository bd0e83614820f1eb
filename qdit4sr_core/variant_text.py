"""The text that names a variant: its grammar, its label and its file name, without loading torch.

    variant  = "fp" | "bicubic" | "artifact:" FILE | "images:" FOLDER | method
    method   = METHOD ["-w" BITS "a" BITS] [":" options]
    options  = NAME "=" VALUE {"," NAME "=" VALUE}

Whether a method and its options exist is for `quantize.variants` to say.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

from .errors import VariantError
from .file_names import telling_labels
from .method_names import method_label, method_names
from .strict_json import read_json

VariantKind = Literal["fp", "bicubic", "method", "artifact", "images"]

FULL_PRECISION_TEXT, BICUBIC_TEXT = "fp", "bicubic"
FIRST_LOOK = (FULL_PRECISION_TEXT, "rtn-w4a4", "svdquant-w4a4", "q-dit4sr-w4a4")
"""What is compared where nobody chose."""
ARTIFACT_PREFIX = "artifact:"
ARTIFACT_SUFFIX = ".safetensors"
IMAGES_PREFIX = "images:"
"""Results made elsewhere: pictures that carry the photos' names."""

SHOWN_BESIDE: tuple[VariantKind, ...] = ("bicubic", "images")
"""Kinds of which no model makes the result: shown for comparison, they choose no place by their damage."""
NOT_QUANTIZED: tuple[VariantKind, ...] = ("fp", *SHOWN_BESIDE)

_FIXED: dict[str, tuple[VariantKind, str]] = {
    FULL_PRECISION_TEXT: ("fp", "Full precision"),
    BICUBIC_TEXT: ("bicubic", "Bicubic"),
}
_HEAD = re.compile(r"(?P<method>.+?)(?:-w(?P<weights>\d{1,9})a(?P<activations>\d{1,9}))?$", re.IGNORECASE)
_WIDTHS = re.compile(r"\bW\d+A\d+\b")
_BRACKETS = re.compile(r" *\([^()]*\)")
_OPTION = re.compile(r"\s*[A-Za-z_]\w*\s*=")
_MAX_HEADER_BYTES = 100_000_000


@dataclass(frozen=True)
class VariantText:
    """A variant's text taken apart.

    `method` and the rest belong to the kind "method" alone, `path` to "artifact" and "images". Bits that
    are not given (None) are the method's own. Options are (name, value) as written.
    """

    kind: VariantKind
    method: str = ""
    weight_bits: int | None = None
    act_bits: int | None = None
    options: tuple[tuple[str, str], ...] = ()
    path: Path | None = None

    @property
    def text(self) -> str:
        """The variant in the grammar."""
        if self.kind == "artifact":
            return f"{ARTIFACT_PREFIX}{self.path}"
        if self.kind == "images":
            return f"{IMAGES_PREFIX}{self.path}"
        if self.kind != "method":
            return self.kind
        bits = "" if self.weight_bits is None else f"-w{self.weight_bits}a{self.act_bits}"
        options = ",".join(f"{name}={value}" for name, value in self.options)
        return f"{self.method}{bits}" + (f":{options}" if options else "")

    @property
    def label(self) -> str:
        """For tables and panes: "Q-DiT4SR W4A4 (vasmp=false)", an artifact's method, bits and file name."""
        if self.kind in _FIXED:
            return _FIXED[self.kind][1]
        if self.kind == "artifact" and self.path is not None:
            return artifact_label(self.path)
        if self.kind == "images" and self.path is not None:
            return self.path.name or self.path.resolve().name
        label = method_label(self.method) + bits_label(self.weight_bits, self.act_bits)
        options = ", ".join(f"{name}={value}" for name, value in self.options)
        return f"{label} ({options})" if options else label

    @property
    def file_stem(self) -> str:
        """A file name without ending: letters, digits, dots, dashes and underscores; never a path."""
        if self.path is not None:
            return f"{self.kind}_{safe_name(self.path.stem or self.path.resolve().stem)}"
        return safe_name(self.text)


def read_variant(text: str) -> VariantText:
    """Take one variant's text apart. Raises `VariantError` with one sentence for a mistake in the grammar."""
    text = text.strip()
    if not text:
        raise VariantError(f"A variant is empty; give one of {known_variants()}.")
    if text.startswith(ARTIFACT_PREFIX) or text.endswith(ARTIFACT_SUFFIX):
        return VariantText("artifact", path=_path(text.removeprefix(ARTIFACT_PREFIX), text))
    if text.startswith(IMAGES_PREFIX):
        return VariantText("images", path=_path(text.removeprefix(IMAGES_PREFIX), text))
    head, _, tail = (part.strip() for part in text.partition(":"))
    if head.lower() in _FIXED:
        if tail:
            raise VariantError(f"The variant {head.lower()!r} has no options, but {tail!r} is given.")
        return VariantText(_FIXED[head.lower()][0])
    match = _HEAD.match(head)
    if match is None:
        raise VariantError(f"{text!r} names no method; give one of {known_variants()}.")
    name = match["method"].lower()
    options = read_options(name, tail)
    if match["weights"] is None:
        return VariantText("method", name, options=options)
    return VariantText("method", name, int(match["weights"]), int(match["activations"]), options)


def read_options(method: str, text: str) -> tuple[tuple[str, str], ...]:
    """(name, value) pairs of "name=value, ...". Raises `VariantError` naming the mistake and the method."""
    options: dict[str, str] = {}
    for piece in text.split(","):
        if not piece.strip():
            continue
        name, equals, value = (part.strip() for part in piece.partition("="))
        if not equals or not name:
            raise VariantError(f"The option {piece.strip()!r} of {method} must read name=value.")
        if name in options:
            raise VariantError(f"The option {name!r} of {method} is given twice.")
        options[name] = value
    return tuple(options.items())


def split_variants(text: str) -> list[str]:
    """Cut a list at its commas.

    A piece that reads NAME=VALUE belongs to the variant before it, and so do pieces that together with it
    name a file or folder that is there: names may hold commas.
    """
    specs: list[str] = []
    pieces = text.split(",")
    while pieces:
        whole = _leading_path(pieces)
        piece = ",".join(pieces[:whole])
        del pieces[:whole]
        if not piece.strip():
            continue
        if whole == 1 and specs and _OPTION.match(piece) and ":" in specs[-1]:
            specs[-1] += f",{piece}"
        else:
            specs.append(piece)
    return specs


def _leading_path(pieces: list[str]) -> int:
    """How many of the pieces the first variant takes: more than one where a path holds commas."""
    first = pieces[0].strip()
    prefix = next((p for p in (ARTIFACT_PREFIX, IMAGES_PREFIX) if first.startswith(p)), None)
    if prefix is not None:
        for count in range(len(pieces), 1, -1):
            path = ",".join(pieces[:count]).strip().removeprefix(prefix)
            if not _is_list(path) and os.path.exists(path):
                return count
    return 1


def _is_list(path: str) -> bool:
    return any(f",{prefix}" in path for prefix in (ARTIFACT_PREFIX, IMAGES_PREFIX))


def distinct_labels(texts: Sequence[str]) -> list[str]:
    """The label of each variant's text; files and folders of one name are told apart by the folders above."""
    labels = [label_of(text) for text in texts]
    for label in {label for label in labels if labels.count(label) > 1}:
        same = [i for i, other in enumerate(labels) if other == label]
        paths = [_path_of(texts[i]) for i in same]
        known = [path for path in paths if path is not None]
        if len(known) < len(same) or len(set(known)) < len(known):
            continue  # the same variant twice: whoever lists it numbers it
        for i, path, told in zip(same, known, telling_labels(known), strict=True):
            labels[i] = label.replace(path.stem, told.removesuffix(path.suffix))
    return labels


def _path_of(text: str) -> Path | None:
    try:
        return read_variant(text).path
    except VariantError:
        return None


def known_variants() -> str:
    """The names a variant can start with, for messages and help texts."""
    methods = (method.name for method in method_names())
    return ", ".join([*_FIXED, *methods, f"{ARTIFACT_PREFIX}FILE", f"{IMAGES_PREFIX}FOLDER"])


def label_of(text: str) -> str:
    """The label of a variant's text; the text itself where it cannot be read."""
    try:
        return read_variant(text).label
    except VariantError:
        return text


def kind_of(text: str) -> VariantKind | None:
    """The kind of a variant's text; None where it cannot be read."""
    try:
        return read_variant(text).kind
    except VariantError:
        return None


def method_of(text: str) -> str:
    """The method of a variant's text, its kind where it has none; the text itself where it cannot be read."""
    try:
        read = read_variant(text)
    except VariantError:
        return text
    return read.method or read.kind


def family_and_widths(label: str) -> tuple[str, str]:
    """A label without its widths, and these: ("Q-DiT4SR", "W4A4").

    Variants of one family are one method, with the same options, at several widths. A label without widths is
    a family of its own.
    """
    found = _WIDTHS.search(label)
    return " ".join(_WIDTHS.sub("", label, count=1).split()), found[0] if found else ""


def short_label(label: str) -> str:
    """A label in little room: the one short form, wherever it is shown.

    What describes the method goes, what tells this variant from others is marked: "SVDQuant (g64, signed,
    GPTQ) W4A4" is "SVDQuant W4A4", and "RTN W4A4 (keep=norm)" is "RTN W4A4 (…)".
    """
    widths = _WIDTHS.search(label)
    start = widths.start() if widths else 0
    return (_BRACKETS.sub("", label[:start]) + _BRACKETS.sub(" (…)", label[start:])).strip()


def short_labels(labels: Mapping[str, str]) -> dict[str, str]:
    """The short form of each label; whole where two would be the same."""
    short = {key: short_label(label) for key, label in labels.items()}
    told = list(short.values())
    return {key: short[key] if told.count(short[key]) == 1 else label for key, label in labels.items()}


def bits_label(weight_bits: int | None, act_bits: int | None) -> str:
    """ " W4A4", with its space; nothing where the widths are not known."""
    return "" if weight_bits is None else f" W{weight_bits}A{act_bits}"


def artifact_label(path: Path) -> str:
    """Method, bits and file name of a quantized file, from its header; the name alone where it has none."""
    try:
        stat = path.stat()
        title = _artifact_title(path, stat.st_mtime_ns, stat.st_size)
    except (OSError, ValueError, KeyError, TypeError):
        title = ""
    return f"{title} ({path.stem})" if title else path.stem


@lru_cache(maxsize=64)
def _artifact_title(path: Path, _modified: int, size: int) -> str:  # kept until the file is changed
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        if length > min(size, _MAX_HEADER_BYTES):
            return ""
        metadata = read_json(file.read(length))["__metadata__"]
    record = read_json(metadata["quantization_config"])["record"]
    config = record["config"]
    return f"{record['label']}{bits_label(config['weight_bits'], config['act_bits'])}"


def _path(text: str, whole: str) -> Path:
    if not text.strip():
        raise VariantError(f"The variant {whole!r} names no file or folder.")
    return Path(text.strip())


def safe_name(text: str) -> str:
    """`text` as a file name: everything but letters, digits, dots, dashes and underscores becomes "_"."""
    return re.sub(r"[^\w.\-]+", "_", text)
