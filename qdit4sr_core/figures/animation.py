"""A region of several pictures, one after the other in place: what blinks cannot hide."""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from ..errors import FigureError, OutputError
from ..images import LARGEST_SIDE
from ..metrics.regions import Region
from ..whole_file import whole_file
from .panel import Panel, canvas_size

KINDS = ("gif", "apng", "png", "webp")
"""Endings of animations; PNG (APNG) and WebP keep every colour, a GIF has 256 a frame."""
SECONDS = 0.6
_SIDE = 480
"""About the longer side of the animation in pixels."""


def blinking(
    panels: Sequence[Panel],
    region: Region | None = None,
    kind: str = "gif",
    *,
    seconds: float = SECONDS,
    side: int = _SIDE,
) -> bytes:
    """The bytes of an endless animation: each panel's crop, enlarged by whole pixels, over its name.

    Args:
        panels: in the order in which they are shown; a smaller panel is enlarged to the largest.
        region: in pixels of the largest panel; None shows all of it.
        kind: one of `KINDS`.
        seconds: how long each panel is shown.
        side: about the longer side in pixels; crops larger than that stay as they are.

    Raises:
        FigureError: for fewer than two panels, or a time out of 0.05 to 10 seconds.
        OutputError: for another kind, or a picture larger than the kind can be.
        RegionError: for a region that sticks out.
    """
    if kind not in KINDS:
        raise OutputError(f"An animation cannot be written as {kind!r}; choose {', '.join(KINDS)}.")
    if len(panels) < 2:
        raise FigureError("An animation needs at least two pictures.")
    if not 0.05 <= seconds <= 10:
        raise FigureError(f"Each picture can be shown for 0.05 to 10 seconds, not {seconds:g}.")
    canvas = canvas_size(tuple(panels))
    place = region or Region(0, 0, canvas[1], canvas[0])
    place.crop(np.empty(canvas, np.uint8))  # refuses a region that sticks out
    factor = max(1, round(side / max(place.width, place.height)))
    size = (place.width * factor, place.height * factor)
    font = _font(max(11, round(min(size) / 22)))
    bar = round(font.size * 1.7)
    limit = LARGEST_SIDE.get(kind.upper(), math.inf)
    if max(size[0], size[1] + bar) > limit:
        raise OutputError(f"The animation is too large for {kind}: at most {limit} pixels a side; take APNG.")
    frames = [_frame(panel, place, canvas, size, font, bar) for panel in panels]
    buffer = io.BytesIO()
    milliseconds = round(1000 * seconds)
    if kind == "gif":
        coloured = [f.quantize(256, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE) for f in frames]
        coloured[0].save(
            buffer, "GIF", save_all=True, append_images=coloured[1:], duration=milliseconds, loop=0,
            optimize=False, disposal=1,
        )  # fmt: skip
    elif kind == "webp":
        frames[0].save(
            buffer, "WEBP", save_all=True, append_images=frames[1:], duration=milliseconds, loop=0,
            lossless=True,
        )  # fmt: skip
    else:
        frames[0].save(buffer, "PNG", save_all=True, append_images=frames[1:], duration=milliseconds, loop=0)
    return buffer.getvalue()


def save_blinking(
    path: Path, panels: Sequence[Panel], region: Region | None = None, *, seconds: float = SECONDS
) -> Path:
    """Write the animation; the ending of `path` says the kind. Raises as `blinking`, and `OutputError`."""
    data = blinking(panels, region, path.suffix.lower().lstrip("."), seconds=seconds)
    with whole_file(path, "the animation", folders=True) as stream:
        stream.write(data)
    return path


def _frame(
    panel: Panel,
    place: Region,
    canvas: tuple[int, int],
    size: tuple[int, int],
    font: ImageFont.FreeTypeFont,
    bar: int,
) -> Image.Image:
    crop: NDArray[np.uint8] = np.ascontiguousarray(panel.crop(place, canvas))
    frame = Image.new("RGB", (size[0], size[1] + bar), "#16181c")
    frame.paste(Image.fromarray(crop).resize(size, Image.Resampling.NEAREST), (0, 0))
    draw = ImageDraw.Draw(frame)
    text = panel.label
    while draw.textlength(text, font) > size[0] - 8 and len(text) > 1:
        text = text.rstrip("…")[:-1].rstrip() + "…"
    draw.text((size[0] / 2, size[1] + bar / 2), text, "#f1f1f1", font, anchor="mm")
    return frame


def _font(size: int) -> ImageFont.FreeTypeFont:
    from matplotlib.font_manager import FontProperties, findfont

    from . import fonts

    for family in fonts.families("sans"):
        path = findfont(FontProperties(family=family), fallback_to_default=True)
        return ImageFont.truetype(path, size)
    raise FigureError("No font is installed.")
