"""Every metric by name: what it measures, in which direction it is better, and what it needs."""

from __future__ import annotations

import difflib
import importlib.util
import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from ..errors import MetricUnavailableError
from .reasons import NotAvailable, Reason
from .weights import WeightFile

Compute = Callable[[np.ndarray, np.ndarray], float]
"""value(image, reference), both uint8 (H, W, 3). May raise `RegionError`."""


@dataclass(frozen=True)
class Metric:
    """What is known about a metric before anything is computed.

    `higher_is_better` is None for a value that should come close to `target`. `range` holds the values that
    can be expected, in `unit`. A `ratio` is best at 1, and its means are geometric. `minimum_side` is the
    smallest side of an image or region in pixels. `engine` says who computes it: our own fast code
    (`compute`, of two images), or pyiqa under the name `pyiqa_name`. `weights` are the files it needs, in the
    order in which they are fetched. `compares_features` is set for those of pyiqa's whose network (`net.net`)
    maps each picture alone to features, which are then compared, and kept for the next comparison. What is
    `one_sided` is half of a damage, and no best is marked: noise has lost no texture. Lists show
    metrics by `order`, those of equal order as they were registered.
    """

    name: str
    label: str
    measures: str
    full_reference: bool
    higher_is_better: bool | None
    range: tuple[float, float]
    minimum_side: int = 1
    unit: str = ""
    engine: Literal["fast", "pyiqa"] = "pyiqa"
    pyiqa_name: str = ""
    target: float | None = None
    ratio: bool = False
    decimals: int = 3
    compute: Compute | None = None
    weights: tuple[WeightFile, ...] = ()
    compares_features: bool = False
    one_sided: bool = False
    order: int = 100

    @property
    def arrow(self) -> str:
        """↑ where higher is better, ↓ where lower is better, →t where the target t is best."""
        if self.higher_is_better is None:
            return f"→{self.target:g}"
        return "↑" if self.higher_is_better else "↓"

    def rank_key(self, value: float) -> float:
        """A number that is smaller the better `value` is; NaN sorts last."""
        if math.isnan(value):
            return math.inf
        if self.ratio:
            return abs(math.log(value)) if value > 0 else math.inf
        if self.higher_is_better is None:
            return abs(value - (self.target or 0.0))
        return -value if self.higher_is_better else value


METRICS: dict[str, Metric] = {}
"""Every metric by its name, in the order lists show them. Filled by the files in `definitions/`."""


def register(*metrics: Metric) -> None:
    """Make metrics known. Raises ValueError for a name that is taken."""
    for metric in metrics:
        if metric.name in METRICS:
            raise ValueError(f"A metric {metric.name!r} exists already.")
        METRICS[metric.name] = metric
    in_order = sorted(METRICS.values(), key=lambda metric: metric.order)
    METRICS.clear()
    METRICS.update((metric.name, metric) for metric in in_order)


def find_metric(name: str) -> Metric:
    """The metric with this name or label (case and dashes do not matter). Raises `MetricUnavailableError`."""
    plain = name.strip().lower().replace("-", "_")
    if plain in METRICS:
        return METRICS[plain]
    for metric in METRICS.values():
        if metric.label.lower().replace("-", "_") == plain:
            return metric
    close = difflib.get_close_matches(plain, METRICS, n=1)
    hint = f" Did you mean {close[0]!r}?" if close else ""
    raise MetricUnavailableError(f"There is no metric {name!r}.{hint} Known metrics: {', '.join(METRICS)}.")


@dataclass(frozen=True)
class Availability:
    """Whether a metric can be computed here; if not, why, and which file is missing from which folder."""

    ok: bool
    why: NotAvailable | None = None
    file: str = ""
    folder: Path | None = None


def availability(name: str) -> Availability:
    """Look, without importing pyiqa or torch, whether a metric can be computed. Raises for unknown names."""
    metric = find_metric(name)
    if metric.engine == "pyiqa" and importlib.util.find_spec("pyiqa") is None:
        return Availability(False, NotAvailable(Reason.NOT_INSTALLED, "pyiqa"))
    for weight in metric.weights:
        if weight.find() is None:
            path = weight.path
            why = NotAvailable(Reason.WEIGHTS_MISSING, path.name)
            return Availability(False, why, path.name, path.parent)
    return Availability(True)
