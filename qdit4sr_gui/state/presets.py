"""The variant sets offered by name, and readable names for variants before the core is loaded."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePath

ARTIFACT = "artifact:"
IMAGES = "images:"
"""A folder of results made elsewhere, with the photos' names."""


@dataclass(frozen=True)
class Preset:
    """A named list of variants in the command line's grammar; the first one is the reference."""

    key: str
    title: str
    specs: tuple[str, ...]


DEFAULT_PRESET = Preset(
    "default", "Full precision, RTN and Q-DiT4SR at W4A4", ("fp", "rtn-w4a4", "q-dit4sr-w4a4")
)
BUILT_IN_PRESETS = (
    DEFAULT_PRESET,
    Preset(
        "ablation",
        "Ablation of Q-DiT4SR at W4A4",
        (
            "fp",
            "rtn-w4a4",
            "q-dit4sr-w4a4:hsvd=false,vasmp=false,vatmp=false",
            "q-dit4sr-w4a4:vasmp=false,vatmp=false",
            "q-dit4sr-w4a4:vatmp=false",
            "q-dit4sr-w4a4",
        ),
    ),
    Preset("bits", "Q-DiT4SR at falling widths", ("fp", "q-dit4sr-w8a8", "q-dit4sr-w4a6", "q-dit4sr-w4a4")),
)

_NAMES = {
    "fp": "Full precision",
    "bicubic": "Bicubic",
    "rtn": "RTN",
    "q-dit4sr": "Q-DiT4SR",
    "q-dit": "Q-DiT",
    "svdquant": "SVDQuant",
    "smoothquant": "SmoothQuant",
    "quarot": "QuaRot",
    "flatquant": "FlatQuant",
    "ptq4dit": "PTQ4DiT",
}
_SPEC = re.compile(r"(?P<method>.+?)(?:-w(?P<weights>\d+)a(?P<activations>\d+))?$")


@dataclass(frozen=True)
class SpecParts:
    """A variant's text taken apart: method name, bit widths (None for the method's own), options."""

    method: str
    weight_bits: int | None = None
    act_bits: int | None = None
    options: tuple[tuple[str, str], ...] = ()

    def text(self) -> str:
        """The variant in the command line's grammar."""
        bits = "" if self.weight_bits is None else f"-w{self.weight_bits}a{self.act_bits}"
        options = ",".join(f"{name}={value}" for name, value in self.options)
        return f"{self.method}{bits}" + (f":{options}" if options else "")


def split_spec(spec: str) -> SpecParts:
    """Take a variant's text apart, without checking that the method exists."""
    head, _, tail = spec.partition(":")
    match = _SPEC.match(head)
    if match is None:
        return SpecParts(spec)
    weights, activations = match["weights"], match["activations"]
    options = tuple(
        (name.strip(), value.strip())
        for name, _, value in (part.partition("=") for part in tail.split(",") if part)
    )
    return SpecParts(
        match["method"],
        int(weights) if weights else None,
        int(activations) if activations else None,
        options,
    )


def label_of(spec: str) -> str:
    """A readable name: "RTN W4A4", "Q-DiT4SR W4A4 (vasmp=false)"."""
    if spec.startswith(ARTIFACT):
        return PurePath(spec.removeprefix(ARTIFACT)).stem
    if spec.startswith(IMAGES):
        return PurePath(spec.removeprefix(IMAGES)).name
    parts = split_spec(spec)
    name = _NAMES.get(parts.method, parts.method)
    bits = "" if parts.weight_bits is None else f" W{parts.weight_bits}A{parts.act_bits}"
    options = ", ".join(f"{option}={value}" for option, value in parts.options)
    return name + bits + (f" ({options})" if options else "")
