"""The variant sets offered by name."""

from __future__ import annotations

from dataclasses import dataclass

from qdit4sr_core.variant_text import FIRST_LOOK, FULL_PRECISION_TEXT


@dataclass(frozen=True)
class Preset:
    """A named list of variants in the command line's grammar; the first one is the reference."""

    key: str
    title: str
    specs: tuple[str, ...]


DEFAULT_PRESET = Preset(
    "default",
    "First look at W4A4",
    FIRST_LOOK,
)
BUILT_IN_PRESETS = (
    DEFAULT_PRESET,
    Preset(
        "bits",
        "Q-DiT4SR down in bits, W8A8 to W3A3",
        (
            FULL_PRECISION_TEXT,
            "q-dit4sr-w8a8",
            "q-dit4sr-w6a6",
            "q-dit4sr-w4a6",
            "q-dit4sr-w4a4",
            "q-dit4sr-w3a3",
        ),
    ),
    Preset(
        "ablation",
        "Ablation of Q-DiT4SR at W4A4",
        (
            FULL_PRECISION_TEXT,
            "rtn-w4a4",
            "q-dit4sr-w4a4:hsvd=false,vasmp=false,vatmp=false",
            "q-dit4sr-w4a4:vasmp=false,vatmp=false",
            "q-dit4sr-w4a4:vatmp=false",
            "q-dit4sr-w4a4",
        ),
    ),
)
