"""A figure before it is drawn: pictures, boxes, lines and texts at whole pixels of the final page."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from PIL import Image

_VECTOR_OVERSAMPLING = 2
"""PDF and SVG keep up to this many picture pixels for each page pixel, for readers who zoom in."""


@dataclass(frozen=True, eq=False)
class Picture:
    """`pixels` stretched over a rectangle of the page; `zoom` says how when it is enlarged."""

    pixels: NDArray[np.uint8]
    x: int
    y: int
    width: int
    height: int
    zoom: str = "bicubic"

    def for_page(self) -> NDArray[np.uint8]:
        """Exactly one value for each page pixel, uint8 (height, width, 3)."""
        return _resized(self.pixels, self.width, self.height, self.zoom)

    def for_vector(self) -> NDArray[np.uint8]:
        """The pixels to embed in PDF and SVG.

        Viewers smooth what they enlarge, so an enlarged picture is embedded already enlarged (by whole
        factors for `nearest`), and a reduced one keeps up to twice the page's resolution.
        """
        rows, columns = self.pixels.shape[:2]
        if rows >= self.height and columns >= self.width:
            most = (self.height * _VECTOR_OVERSAMPLING, self.width * _VECTOR_OVERSAMPLING)
            if rows <= most[0] and columns <= most[1]:
                return self.pixels
            return _resized(self.pixels, most[1], most[0], self.zoom)
        if self.zoom == "nearest":
            factor = max(1, -(-self.width // columns), -(-self.height // rows))
            return np.repeat(np.repeat(self.pixels, factor, axis=0), factor, axis=1)
        return self.for_page()


@dataclass(frozen=True)
class Box:
    """A rectangle around page pixels `x..x+width`: an outline that lies outside them, or filled."""

    x: float
    y: float
    width: float
    height: float
    colour: str
    line: float
    """Thickness in page pixels."""
    halo: bool = False
    """A thin dark edge on both sides, to stand out from any photograph."""
    fill: bool = False


@dataclass(frozen=True)
class Text:
    """One line of text; `y` is its baseline. `align` is `left`, `center` or `right` of `x`."""

    x: float
    y: float
    text: str
    size: float
    """Points."""
    colour: str
    align: str = "left"
    bold: bool = False


@dataclass(frozen=True)
class Rule:
    """A straight line from (x0, y0) to (x1, y1), `line` page pixels thick."""

    x0: float
    y0: float
    x1: float
    y1: float
    colour: str
    line: float


Item = Picture | Box | Text | Rule


@dataclass
class Scene:
    """The page: `width` x `height` pixels at `dpi`, and the items on it in drawing order."""

    width: int
    height: int
    dpi: int
    background: str
    font: str
    items: list[Item] = field(default_factory=list)
    note: str = ""
    """One sentence where the page is not arranged as its layout's name says."""

    def pixels(self, points: float) -> float:
        """Points (1/72 inch) as page pixels."""
        return points * self.dpi / 72.0


def _resized(pixels: NDArray[np.uint8], width: int, height: int, zoom: str) -> NDArray[np.uint8]:
    rows, columns = pixels.shape[:2]
    if (rows, columns) == (height, width):
        return pixels
    enlarged = width >= columns and height >= rows
    method = Image.Resampling.BICUBIC
    if not enlarged:
        halved = min(columns / width, rows / height) >= 2
        method = Image.Resampling.BOX if halved else Image.Resampling.LANCZOS
    elif zoom == "nearest":
        method = Image.Resampling.NEAREST
    return np.asarray(Image.fromarray(pixels).resize((width, height), method))
