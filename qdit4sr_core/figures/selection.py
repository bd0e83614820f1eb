"""Which panels a figure shows, and under which names."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from ..errors import FigureError
from .options import FigureOptions
from .panel import Panel


def chosen_panels(panels: Sequence[Panel], options: FigureOptions) -> tuple[Panel, ...]:
    """The panels that `options` shows, in its order, with its names.

    Raises `FigureError` for a chosen label that no panel has.
    """
    shown = [
        panel
        for panel in panels
        if (options.show_input or panel.role != "input")
        and (options.show_reference or panel.role not in ("reference", "truth"))
    ]
    if options.panels is not None:
        by_label = {panel.label: panel for panel in shown}
        known = {panel.label for panel in panels}
        for label in options.panels:
            if label not in known:
                raise FigureError(f"No picture is named {label!r}; there are {', '.join(sorted(known))}.")
        shown = [by_label[label] for label in options.panels if label in by_label]
    return tuple(renamed(panel, options) for panel in shown)


def renamed(panel: Panel, options: FigureOptions) -> Panel:
    """The panel under the name that the user gave it."""
    label = dict(options.labels).get(panel.label, "").strip()
    return dataclasses.replace(panel, label=label) if label else panel
