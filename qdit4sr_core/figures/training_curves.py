"""How a model learned, from the logs that `qdit4sr train` writes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ..colours import series_colour
from ..errors import FigureError
from .figure import Figure
from .options import FigureOptions
from .plot_page import plot_figure
from .style import Theme

_PLOTS = (
    (
        "transformer",
        "Transformer: velocity loss",
        {"loss": "training", "held_out_loss": "held-out photos"},
    ),
    ("transformer", "Held-out PSNR to HR in dB", {"psnr": "sampled", "psnr_codec": "codec alone"}),
    (
        "decoder",
        "Decoder: feature distance to HR",
        {"distance": "encoded, held-out photos", "distance_drawn": "drawn latents"},
    ),
)
"""Stage, title, and the logged values of each plot with their names."""


class NoTrainingLogError(FigureError):
    """No stage with curves was trained for long enough to be logged."""


def training_curves(folder: Path, options: FigureOptions | None = None) -> Figure:
    """The curves of the transformer and decoder stages over minutes of training.

    Raises `NoTrainingLogError` when the folder holds no such log, `FigureError` for a damaged one.
    """
    logs = {stage: _read(folder / f"{stage}.log.jsonl") for stage, *_ in _PLOTS}
    plots = [plot for plot in _PLOTS if logs[plot[0]]]
    if not plots:
        raise NoTrainingLogError(f"{folder} holds no training log; train a model there first.")
    return plot_figure(
        options or FigureOptions(width="double"), 1.9, lambda page, colours: _draw(page, colours, plots, logs)
    )


def _read(path: Path) -> list[dict[str, Any]]:
    """The lines of a log that were written to their end: all are, but the last before a kill."""
    if not path.is_file():
        return []
    try:
        whole = path.read_text(encoding="utf-8").split("\n")[:-1]
        rows = [json.loads(line, parse_constant=lambda _: None) for line in whole if line.strip()]
    except (OSError, ValueError, RecursionError) as error:
        raise FigureError(f"The training log {path} cannot be read: {error}.") from error
    if not all(isinstance(row, dict) and _numbers(row) for row in rows):
        raise FigureError(f"The training log {path} holds something else than numbers.")
    return [row for row in rows if row.get("minutes") is not None]


def _numbers(row: dict[str, Any]) -> bool:
    """Whether all values of a line are numbers, or null for what was none, but the stage's name."""
    return all(
        value is None or (type(value) in (int, float) and abs(value) < 1e300)
        for key, value in row.items()
        if key != "stage"
    )


def _draw(page: Any, colours: Theme, plots: list[Any], logs: dict[str, list[dict[str, Any]]]) -> None:
    for axes, (stage, title, curves) in zip(
        page.subplots(1, len(plots), squeeze=False)[0], plots, strict=True
    ):
        rows = logs[stage]
        for number, (key, label) in enumerate(curves.items()):
            points = [(row["minutes"], row[key]) for row in rows if row.get(key) is not None]
            hue = series_colour(number, colours.dark)
            axes.plot([x for x, _ in points], [y for _, y in points], color=hue, linewidth=1.1, label=label)
        axes.set_title(title, fontsize="medium", color=colours.ink)
        axes.set_xlabel("minutes")
        axes.grid(True)
        if len(curves) > 1:
            axes.legend()
