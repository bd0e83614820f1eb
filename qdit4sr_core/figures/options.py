"""Every choice a user has about a comparison figure, as one frozen value that a session can keep."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..colours import REGION_COLOURS
from ..errors import FigureError
from .layout_names import LAYOUTS

WIDTHS = {"single": 3.25, "text": 5.5, "double": 6.875}
"""Column widths in inches: one column and the whole page of two-column papers, and a one-column page."""

ZOOMS = ("nearest", "bicubic")
THEMES = ("light", "dark")


@dataclass(frozen=True)
class FigureOptions:
    """How a comparison figure looks."""

    layout: str = "overview-left"
    """A name from `LAYOUTS`, each a file in `layouts/`."""
    width: str | float = "double"
    """A name from `WIDTHS`, or inches."""
    dpi: int = 300
    """Pixels an inch of the PNG, and the resolution of enlarged crops in PDF and SVG."""
    zoom: str = "nearest"
    """How crops are enlarged; they are always reduced by averaging."""
    theme: str = "light"
    font: str = "serif"
    """`serif` (a Times), `sans`, or the name of an installed family."""
    font_size: float = 8.0
    """Points."""
    metrics: tuple[str, ...] | None = None
    """Which numbers stand under each crop, in this order; None shows all that the panels carry."""
    columns: int | None = None
    """Crops (or whole pictures) in one row; None chooses by the layout and the width."""
    overview: str | None = None
    """Label of the panel shown large; None takes the reference, else the first that is not the input."""
    mark_best: bool = True
    """Bold for the best variant, underlined for the second best."""
    show_input: bool = True
    show_reference: bool = True
    """Also hides ground truth that is shown for the eye alone."""
    panels: tuple[str, ...] | None = None
    """Labels of the panels shown, in this order; None shows all."""
    labels: tuple[tuple[str, str], ...] = ()
    """Names to print instead of the panels' own: (own, printed) pairs."""
    photos: tuple[str, ...] | None = None
    """Names of the photos in a layout of several; None takes all that have results."""
    difference: bool = False
    """In `grid` and `photos`: under each row of crops its amplified difference to the reference."""
    difference_gain: float = 4.0
    colours: tuple[str, ...] = REGION_COLOURS
    """Colour of each region as `#rrggbb`, repeating."""

    def __post_init__(self) -> None:
        _one_of("layout", self.layout, LAYOUTS)
        _one_of("zoom", self.zoom, ZOOMS)
        _one_of("theme", self.theme, THEMES)
        if isinstance(self.width, str):
            _one_of("width", self.width, tuple(WIDTHS))
        if not 1.0 <= self.inches <= 40.0:
            raise FigureError(f"The figure width is {self.inches:g} inches; choose 1 to 40.")
        if not 50 <= self.dpi <= 1200:
            raise FigureError(f"The resolution is {self.dpi} dpi; choose 50 to 1200.")
        if not 4.0 <= self.font_size <= 40.0:
            raise FigureError(f"The font size is {self.font_size:g} points; choose 4 to 40.")
        if self.columns is not None and self.columns < 1:
            raise FigureError(f"A figure cannot have {self.columns} columns; choose 1 or more.")
        for colour in self.colours:
            if not re.fullmatch("#[0-9a-fA-F]{6}", colour):
                raise FigureError(f"The region colour {colour!r} is not written as #rrggbb.")
        if not 1.0 <= self.difference_gain <= 64.0:
            raise FigureError(f"Differences can be amplified 1 to 64 times, not {self.difference_gain:g}.")
        if not self.colours:
            raise FigureError("A figure needs at least one region colour, written as #rrggbb.")

    @property
    def inches(self) -> float:
        """The width of the figure in inches."""
        return WIDTHS[self.width] if isinstance(self.width, str) else float(self.width)

    def to_json(self) -> dict[str, Any]:
        """Plain values for a session file."""
        return dataclasses.asdict(self)

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> FigureOptions:
        """The options kept in a session file; unknown names and wrong types raise `FigureError`."""
        known = {f.name for f in dataclasses.fields(cls)}
        unknown = sorted(set(values) - known)
        if unknown:
            raise FigureError(f"Unknown figure option {unknown[0]!r}; known are {', '.join(sorted(known))}.")
        kept = dict(values)
        if "labels" in kept:
            pairs = kept["labels"]
            fit = isinstance(pairs, list | tuple) and all(
                isinstance(pair, list | tuple) and len(pair) == 2 for pair in pairs
            )
            if not fit:
                raise FigureError("The figure's labels must be pairs: a panel's own and the one to print.")
            kept["labels"] = tuple((str(own), str(printed)) for own, printed in pairs)
        for name in ("metrics", "colours", "panels", "photos"):
            if isinstance(kept.get(name), list):
                kept[name] = tuple(str(item) for item in kept[name])
        try:
            return cls(**kept)
        except TypeError as error:
            raise FigureError(f"A figure option has the wrong type: {error}.") from error


def _one_of(what: str, value: object, known: tuple[str, ...]) -> None:
    if value not in known:
        raise FigureError(f"The figure {what} {value!r} is unknown; choose one of {', '.join(known)}.")
