"""JSON that every reader takes: no bare Infinity or NaN, file names that are no UTF-8 kept."""

from __future__ import annotations

import json
import math
from typing import Any


def plain_number(value: float | None) -> float | str | None:
    """A number as JSON can hold it: infinity as the text "inf" or "-inf", NaN as null."""
    if value is None or math.isnan(value):
        return None
    return ("inf" if value > 0 else "-inf") if math.isinf(value) else value


def strict(value: Any) -> Any:
    """`value` with every number in it made a `plain_number`; tuples become lists."""
    if isinstance(value, float):
        return plain_number(value)
    if isinstance(value, dict):
        return {key: strict(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [strict(item) for item in value]
    return value


def json_bytes(value: Any, indent: int | None = None) -> bytes:
    r"""`value` as UTF-8 JSON on one line, or indented.

    Python holds the bytes of a file name that is no UTF-8 as half a surrogate pair; it is written as
    `\udcXX` and read back as the same name.
    """
    text = json.dumps(strict(value), ensure_ascii=False, allow_nan=False, indent=indent)
    return text.encode("utf-8", "backslashreplace")


def read_json(data: bytes | str) -> Any:
    """What `json_bytes` wrote, or any other JSON file.

    Raises ValueError for what is not JSON, nested without end, or not strict: a number must be one that a
    float can hold.
    """
    try:
        return json.loads(data, parse_constant=_refuse, parse_int=_whole, parse_float=_fraction)
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error


def _refuse(name: str) -> float:
    raise ValueError(f"{name} is no JSON value")


def _whole(text: str) -> int:
    _fraction(text)
    return int(text)


def _fraction(text: str) -> float:
    value = float(text)
    if math.isinf(value):
        raise ValueError(f"the number {text[:12]}… is too large")
    return value
