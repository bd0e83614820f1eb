"""Which numbers are best and second best, in every table, figure and pane alike."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Mapping
from typing import TypeVar

from .numbers import metric_text
from .registry import METRICS

Key = TypeVar("Key", bound=Hashable)

BEST, SECOND = 1, 2


def ranks(
    values: Mapping[Key, float | None], rank_key: Callable[[float], float], text: Callable[[float], str]
) -> dict[Key, int]:
    """1 for the best, 2 for the second best; the others are left out.

    What is equal as printed shares a rank: of {30, 30} both are best. Second best is marked only behind a
    single best and only where somebody is worse: of {31, 30, 29} the 30, of {31, 30}, {31, 30, 30} and
    {31, 31, 30, 29} none. Fewer than two numbers have no rank.

    Args:
        values: by whatever names their owners; None and NaN do not take part.
        rank_key: smaller is better.
        text: how a value is printed.
    """
    numbers = {key: v for key, v in values.items() if v is not None and not math.isnan(v)}
    if len(numbers) < 2:
        return {}
    in_order = sorted(numbers, key=lambda key: rank_key(numbers[key]))
    places = {key: text(numbers[key]) for key in in_order}
    steps = list(dict.fromkeys(places.values()))
    alone = list(places.values()).count(steps[0]) == 1
    marked = steps[:SECOND] if alone and len(steps) > SECOND else steps[:BEST]
    return {key: marked.index(place) + 1 for key, place in places.items() if place in marked}


def metric_ranks(name: str, values: Mapping[Key, float | None]) -> dict[Key, int]:
    """The ranks of the values of a registered metric; none where it is `one_sided`."""
    if METRICS[name].one_sided:
        return {}
    return ranks(values, METRICS[name].rank_key, lambda value: metric_text(name, value))
