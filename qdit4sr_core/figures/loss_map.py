"""Where texture was lost or invented: a diverging colour map beside the reference, with its legend."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ..errors import FigureError
from ..metrics.regions import Region
from ..metrics.texture import texture_loss_map
from .drawing import scene_figure
from .figure import Figure
from .layout_strip import strip_scene
from .numbers import number_text
from .options import FigureOptions
from .panel import Panel
from .scene import Box, Picture, Scene, Text
from .style import theme

LIMIT = 12.0
"""Decibels at the ends of the colour range."""

_STOPS = {
    "light": (
        "#7f0000",
        "#d7301f",
        "#fc8d59",
        "#fdd0a2",
        "#f7f7f7",
        "#c6dbef",
        "#6baed6",
        "#2171b5",
        "#08306b",
    ),
    "dark": (
        "#ffd0b0",
        "#ff8a5c",
        "#e04a2f",
        "#7d2620",
        "#1b1d22",
        "#1d3f66",
        "#2f78bd",
        "#69b1ec",
        "#c9e6ff",
    ),
}
"""From lost (warm) over unchanged to added (cool)."""


def loss_colours(
    decibels: NDArray[np.floating], style: str = "light", limit: float = LIMIT
) -> NDArray[np.uint8]:
    """A texture-loss map (H, W) in dB as uint8 (H, W, 3); values beyond +-`limit` take the end colours."""
    stops = np.array([[int(c[i : i + 2], 16) for i in (1, 3, 5)] for c in _STOPS[style]], np.float64)
    table = np.linspace(0, len(stops) - 1, 256)
    colours = np.stack([np.interp(table, range(len(stops)), stops[:, c]) for c in range(3)], axis=1)
    index = np.clip(np.rint((np.asarray(decibels) / limit + 1) * 127.5), 0, 255).astype(np.intp)
    return np.asarray(np.rint(colours).astype(np.uint8)[index])


def texture_loss_figure(
    panels: Sequence[Panel],
    regions: Sequence[Region] = (),
    options: FigureOptions | None = None,
    limit: float = LIMIT,
) -> Figure:
    """The reference picture, then the texture-loss map of every variant against it, and one colour legend.

    Under each map stands its mean in dB. Exactly one panel must have the role `reference`.
    """
    options = options or FigureOptions()
    reference = [panel for panel in panels if panel.role == "reference"]
    variants = [panel for panel in panels if panel.role == "variant"]
    if len(reference) != 1 or not variants:
        raise FigureError("A texture-loss map needs one reference and at least one variant.")
    shown = [Panel(reference[0].label, reference[0].pixels, role="reference")]
    for panel in variants:
        loss = texture_loss_map(panel.pixels, reference[0].pixels)
        mean = float(np.mean(loss))
        text = {
            "mean": ("+" if mean > 0.05 else "") + number_text(round(mean, 1)).rstrip("0").rstrip(".") + " dB"
        }
        shown.append(Panel(panel.label, loss_colours(loss, options.theme, limit), text))
    plain = dataclasses.replace(options, metrics=None, show_reference=True, zoom="nearest")
    scene = strip_scene(tuple(shown), tuple(regions), plain)
    _add_legend(scene, plain, limit)
    return scene_figure(scene)


def _add_legend(scene: Scene, options: FigureOptions, limit: float) -> None:
    colours = theme(options.theme)
    size = max(5.0, options.font_size - 1)
    width = round(min(scene.width * 0.5, scene.pixels(216)))
    tall = round(scene.pixels(size * 0.9))
    x, y = (scene.width - width) // 2, scene.height + round(scene.pixels(3))
    ramp = loss_colours(np.linspace(-limit, limit, width)[None].repeat(tall, axis=0), options.theme, limit)
    scene.items.append(Picture(ramp, x, y, width, tall))
    scene.items.append(Box(x, y, width, tall, colours.rule, max(1.0, scene.pixels(0.4))))
    baseline = y + tall + scene.pixels(size * 1.15)
    for share in (-1.0, -0.5, 0.0, 0.5, 1.0):
        value = share * limit
        text = f"{value:+g}".replace("-", "−") if value else "0"
        text += " dB" if share == 1.0 else ""
        scene.items.append(
            Text(x + (share + 1) / 2 * width, baseline, text, size, colours.ink, "center")
        )  # fmt: skip
    side = y + tall - scene.pixels(size * 0.16)
    gap = scene.pixels(6)
    scene.items.append(Text(x - gap, side, "texture lost", size, colours.ink, "right"))
    scene.items.append(Text(x + width + gap, side, "texture or noise added", size, colours.ink, "left"))
    scene.height = round(baseline + scene.pixels(size * 0.5))
