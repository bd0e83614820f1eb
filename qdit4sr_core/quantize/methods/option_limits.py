"""Which numbers the options of methods may take: said in a field's type, checked when a config is made."""

from __future__ import annotations

import typing
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any

from ...errors import VariantError


@dataclass(frozen=True)
class Between:
    """The least and the most that a number may be, both allowed."""

    least: float
    most: float

    def __str__(self) -> str:
        return f"{self.least:,g} to {self.most:,.10g}"


Bits = Annotated[int, Between(2, 8)]
Rank = Annotated[int, Between(0, 4096)]
Group = Annotated[int, Between(1, 65536)]
"""Channels to a scale; a width that is smaller, or that it does not divide, has smaller groups."""
Iterations = Annotated[int, Between(0, 1_000_000)]
"""Optimisation steps a layer; 0 leaves the start."""
Rate = Annotated[float, Between(1e-9, 1.0)]
Dampening = Annotated[float, Between(1e-3, 10.0)]
"""Added to a second moment's diagonal, as a share of its mean; less leaves float32 moments singular."""
Exponent = Annotated[float, Between(0.0, 1.0)]
"""The share of an input's span that smoothing moves into the weights."""
Clip = Annotated[float, Between(0.05, 1.0)]
"""A share of the largest magnitude."""
Count = Annotated[int, Between(1, 200)]
Share = Annotated[float, Between(0.0, 100.0)]


def option_limits(config_class: type[Any]) -> dict[str, tuple[Between, bool]]:
    """Limits by the name of each field that has some, and whether it takes whole numbers only."""
    hints = typing.get_type_hints(config_class, include_extras=True)
    return {name: limit for name, hint in hints.items() for limit in _limits(hint)}


def _limits(hint: Any) -> Iterator[tuple[Between, bool]]:
    """Those of a type, or of the number in `number | None`."""
    if typing.get_origin(hint) is Annotated:
        kind, *extras = typing.get_args(hint)
        yield from ((extra, kind is int) for extra in extras if isinstance(extra, Between))
    else:
        for part in typing.get_args(hint):
            yield from _limits(part)


def check_options(config: Any) -> None:
    """Raises `VariantError` for the first number of a method's config outside its limits."""
    for name, (limits, whole) in option_limits(type(config)).items():
        value = getattr(config, name)
        if value is None:
            continue
        if whole and not isinstance(value, int):
            raise VariantError(f"{name} must be a whole number, not {value}.")
        if not limits.least <= value <= limits.most:  # neither is true of "not a number"
            raise VariantError(f"{name} must be from {limits}, not {value}.")


def check_order(config: Any, least: str, most: str) -> None:
    """Raises `VariantError` where the field `least` is above the field `most`; None is no limit."""
    low, high = getattr(config, least), getattr(config, most)
    if low is not None and high is not None and low > high:
        raise VariantError(f"{least} must not be above {most}, but they are {low} and {high}.")
