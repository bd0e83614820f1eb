"""Ways to spoil a good file; the same seed spoils it in the same way."""

from __future__ import annotations

import copy
import json
import random
import struct
from typing import Any

ABSURD = [
    None, True, -1, 0, 10**9, 10**30, 10**400, 2.5, float("inf"), float("nan"), "", "x" * 5000,
    "../../etc/passwd", "\udce9\u2028\x00", [], {}, [[]], {"a": {}}, "Infinity", [10**9] * 50,
]  # fmt: skip
"""Values that stand where others belong."""


def spoiled(data: bytes, random_numbers: random.Random) -> bytes:
    """Bytes cut at a random place, with bits flipped, a piece doubled, removed or made noise."""
    kind = random_numbers.choice(["cut", "flip", "flip", "noise", "double", "remove", "tail", "random"])
    size = len(data)
    at = random_numbers.randrange(size)
    length = min(size - at, random_numbers.choice([1, 4, 64, 4096]))
    if kind == "cut":
        return data[:at]
    if kind == "flip":
        result = bytearray(data)
        for _ in range(random_numbers.choice([1, 3, 30])):
            # the first kilobyte holds what parsers steer by
            place = random_numbers.randrange(min(size, random_numbers.choice([32, 1024, size])))
            result[place] ^= 1 << random_numbers.randrange(8)
        return bytes(result)
    if kind == "noise":
        return data[:at] + random_numbers.randbytes(length) + data[at + length :]
    if kind == "double":
        return data[:at] + data[at : at + length] + data[at:]
    if kind == "remove":
        return data[:at] + data[at + length :]
    if kind == "tail":
        return data + random_numbers.randbytes(1000)
    return random_numbers.randbytes(random_numbers.choice([1, 8, 1000]))


def spoiled_json(value: Any, random_numbers: random.Random) -> Any:
    """A JSON value with one to three of its parts replaced, removed or renamed."""
    result = json.loads(json.dumps(value))
    for _ in range(random_numbers.choice([1, 1, 3])):
        places = list(_places(result))
        if not places:
            return copy.deepcopy(random_numbers.choice(ABSURD))
        holder, key = random_numbers.choice(places)
        what = random_numbers.choice(["replace", "replace", "replace", "remove", "rename"])
        if what == "replace" or isinstance(holder, list):
            holder[key] = copy.deepcopy(random_numbers.choice(ABSURD))
        elif what == "remove":
            del holder[key]
        else:
            holder[f"{key}?"] = holder.pop(key)
    return result


def _places(value: Any) -> Any:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield value, key
        yield from _places(item)


def resigned_safetensors(data: bytes, change: Any) -> bytes:
    """A safetensors file whose metadata `change(metadata)` has replaced, with a right header length."""
    size = struct.unpack("<Q", data[:8])[0]
    header = json.loads(data[8 : 8 + size])
    header["__metadata__"] = change(header["__metadata__"])
    encoded = json.dumps(header).encode()
    encoded += b" " * (-len(encoded) % 8)
    return struct.pack("<Q", len(encoded)) + encoded + data[8 + size :]
