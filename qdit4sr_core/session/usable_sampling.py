"""The sampling settings of a session that a run could have: somebody may have edited the file."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

import msgspec

from ..errors import SettingsError

_TOGETHER = {"tile": {"overlap": 0}, "overlap": {"tile": 2**62}}
"""What stands beside a value whose range depends on another one, so that it is judged alone."""


def usable_sampling(sampling: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """The settings of a known name and a possible value, and the names of the others.

    Imports torch: a window calls it off its thread.
    """
    from ..upscale.settings import SamplingSettings

    known = {field.name for field in dataclasses.fields(SamplingSettings)}
    kept, others = {}, []
    for name, value in sampling.items():
        try:
            msgspec.convert({name: value} | _TOGETHER.get(name, {}), SamplingSettings)
            possible = name in known
        except (SettingsError, msgspec.ValidationError):
            possible = False
        if possible:
            kept[name] = value
        else:
            others.append(name)
    return kept, others
