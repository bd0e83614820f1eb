"""Colours and fonts of figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..colours import LUMA, REGION_COLOURS


@dataclass(frozen=True)
class Theme:
    """The colours of paper and ink."""

    background: str
    ink: str
    muted: str
    rule: str
    missing: str
    dark: bool = False


LIGHT = Theme("#ffffff", ink="#111111", muted="#555555", rule="#c9c9c9", missing="#ececec")
DARK = Theme("#16181c", ink="#f1f1f1", muted="#a8adb5", rule="#454a52", missing="#2a2d33", dark=True)


def theme(name: str) -> Theme:
    """The theme `light` or `dark`."""
    return DARK if name == "dark" else LIGHT


def region_colour(index: int, colours: Sequence[str] = REGION_COLOURS) -> str:
    """The colour of the region at `index`; colours repeat."""
    return colours[index % len(colours)]


def ink_on(colour: str) -> str:
    """Black or white, whichever reads better on `colour` (`#rrggbb`)."""
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return "#000000" if LUMA[0] * red + LUMA[1] * green + LUMA[2] * blue > 115 else "#ffffff"


def region_name(index: int, name: str) -> str:
    """A region's own name, else a letter: A, B, ... Z, then 27, 28, ..."""
    return name or (chr(ord("A") + index) if index < 26 else str(index + 1))
