"""How numbers stand under a crop: their names, arrows, decimals, and which are best."""

from __future__ import annotations

from collections.abc import Sequence

from ..metrics.numbers import number_text
from ..metrics.ranking import metric_ranks
from ..metrics.registry import METRICS
from .panel import MetricValues, Panel


def metric_title(name: str) -> str:
    """The metric's printed name with the arrow of its better direction: `PSNR ↑`."""
    metric = METRICS.get(name)
    if metric is None:
        return name
    return f"{metric.label} {metric.arrow}"


def value_text(value: str | float | None, name: str = "") -> str:
    """A number with the decimals of the metric `name`; a text as it is."""
    if isinstance(value, str):
        return value
    metric = METRICS.get(name)
    guess = 2 if value is not None and abs(value) >= 10 else 3
    return number_text(value, guess if metric is None else metric.decimals)


def chosen_metrics(panels: Sequence[Panel], chosen: tuple[str, ...] | None) -> tuple[str, ...]:
    """The metrics to print: `chosen`, else every name that a panel carries, in order of appearance."""
    if chosen is not None:
        return chosen
    names: dict[str, None] = {}
    for panel in panels:
        for values in (panel.metrics, *panel.region_metrics):
            names.update(dict.fromkeys(values))
    return tuple(names)


def ranking(panels: Sequence[Panel], name: str, region: int | None) -> dict[int, int]:
    """Panel index to 1 (best) or 2 (second best) for one metric among the variants; see `metrics.ranking`.

    Nothing is marked where the better direction is unknown.
    """
    if name not in METRICS:
        return {}
    values = {index: panel.numbers(region).get(name) for index, panel in enumerate(panels)}
    competing = {
        index: float(value)
        for index, value in values.items()
        if panels[index].role == "variant" and isinstance(value, int | float)
    }
    return metric_ranks(name, competing)


def value_of(values: MetricValues, name: str) -> str | None:
    """The printed value of `name`, or None where the panel does not carry it."""
    return value_text(values[name], name) if name in values else None
