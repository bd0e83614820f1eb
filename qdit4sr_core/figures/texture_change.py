"""Where texture was lost or added: a map in two colours beside the reference, with its legend."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np

from ..errors import FigureError
from ..metrics.numbers import number_text
from ..metrics.regions import Region
from ..metrics.texture import texture_loss_map
from ..metrics.texture_colours import LIMIT, change_colours
from .drawing import scene_figure
from .figure import Figure
from .layouts.strip import strip_scene
from .options import FigureOptions
from .panel import Panel
from .scene import Box, Picture, Scene, Text
from .style import theme


def texture_change_figure(
    panels: Sequence[Panel],
    regions: Sequence[Region] = (),
    options: FigureOptions | None = None,
    limit: float = LIMIT,
) -> Figure:
    """The reference picture, then every variant's map of texture change against it, and one colour legend.

    Under each map stand its mean loss and mean gain in dB. Exactly one panel must have the role `reference`.
    Raises `FigureError` otherwise, or without a variant.
    """
    options = options or FigureOptions()
    reference = [panel for panel in panels if panel.role == "reference"]
    variants = [panel for panel in panels if panel.role == "variant"]
    if len(reference) != 1 or not variants:
        raise FigureError("A map of texture change needs one reference and at least one variant.")
    shown = [Panel(reference[0].label, reference[0].pixels, role="reference")]
    for panel in variants:
        change = texture_loss_map(panel.pixels, reference[0].pixels)
        text = {
            "lost": f"{number_text(float(np.maximum(-change, 0).mean()), 1)} dB",
            "added": f"{number_text(float(np.maximum(change, 0).mean()), 1)} dB",
        }
        shown.append(Panel(panel.label, change_colours(change, options.theme, limit), text))
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
    ramp = change_colours(np.linspace(-limit, limit, width)[None].repeat(tall, axis=0), options.theme, limit)
    scene.items.append(Picture(ramp, x, y, width, tall))
    scene.items.append(Box(x, y, width, tall, colours.rule, max(1.0, scene.pixels(0.4))))
    baseline = y + tall + scene.pixels(size * 1.15)
    for share in (-1.0, -0.5, 0.0, 0.5, 1.0):
        value = share * limit
        text = f"{value:+g}".replace("-", "−") if value else "0"
        if share == -1.0:
            text = f"≤ {text}"
        elif share == 1.0:
            text = f"≥ {text} dB"
        scene.items.append(
            Text(x + (share + 1) / 2 * width, baseline, text, size, colours.ink, "center")
        )  # fmt: skip
    side = y + tall - scene.pixels(size * 0.16)
    gap = scene.pixels(6)
    scene.items.append(Text(x - gap, side, "texture lost", size, colours.ink, "right"))
    scene.items.append(Text(x + width + gap, side, "grain or false texture added", size, colours.ink, "left"))
    scene.height = round(baseline + scene.pixels(size * 0.5))
