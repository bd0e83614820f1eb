"""How numbers stand under a crop: their names, arrows, decimals, and which are best."""

from __future__ import annotations

import math
from collections.abc import Sequence

from ..metrics.registry import METRICS, Metric
from .panel import MetricValues, Panel


def metric_title(name: str) -> str:
    """The metric's printed name with the arrow of its better direction: `PSNR ↑`."""
    metric = _registered(name)
    if metric is None:
        return name
    return f"{metric.label} {metric.arrow}"


def number_text(value: str | float | None, name: str = "") -> str:
    """A number as a paper prints it, with the decimals of the metric `name`; `∞`; `n/a` when unknown."""
    if value is None:
        return "n/a"
    if isinstance(value, str):
        return value.split(":", 1)[0] if value.startswith("n/a") else value
    if math.isnan(value):
        return "n/a"
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    metric = _registered(name)
    decimals = metric.decimals if metric is not None else (2 if abs(value) >= 10 else 3)
    return f"{value:.{decimals}f}".replace("-", "−")


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
    """Panel index to 0 (best) or 1 (second best) for one metric among the variants.

    Equal as printed means equal in rank. Nothing is marked where fewer than two variants can be compared,
    or where the better direction is unknown.
    """
    metric = _registered(name)
    if metric is None:
        return {}
    values: dict[int, float] = {}
    for index, panel in enumerate(panels):
        value = panel.numbers(region).get(name)
        if panel.role == "variant" and isinstance(value, int | float) and not math.isnan(value):
            values[index] = float(value)
    if len(values) < 2:
        return {}
    printed = {index: number_text(value, name) for index, value in values.items()}
    order = sorted(values, key=lambda index: metric.rank_key(values[index]))
    steps = list(dict.fromkeys(printed[index] for index in order))
    if len(steps) < 2:
        return {}
    shown = steps[:2] if len(steps) > 2 else steps[:1]
    return {index: shown.index(printed[index]) for index in order if printed[index] in shown}


def _registered(name: str) -> Metric | None:
    return METRICS.get(name)


def value_of(values: MetricValues, name: str) -> str | None:
    """The printed value of `name`, or None where the panel does not carry it."""
    return number_text(values[name], name) if name in values else None
