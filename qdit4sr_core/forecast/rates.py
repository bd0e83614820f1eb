"""What this machine has measured, kept between runs in the user's cache."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field
from pathlib import Path
from statistics import fmean
from typing import Any

from ..errors import OutputError
from ..strict_json import read_json
from ..user_folders import cache_folder
from ..whole_file import write_text

VERSION = 1
KEPT = 40
"""Machines and models remembered; the oldest are dropped."""
SMOOTHING = 0.5
"""Weight of a new measurement against the ones before."""

TYPICAL_RATIO = {
    "fp": 1.0, "ptq4dit": 1.1, "gptq": 1.2, "rtn": 1.25, "q-dit": 1.3, "smoothquant": 1.3,
    "svdquant": 1.5, "q-dit4sr": 1.55, "quarot": 1.6, "convrot": 1.5, "vidit-q": 1.7, "q-dit4sr-plus": 1.7,
}  # fmt: skip
"""Time of a simulated variant over full precision's where neither it nor a relative was measured yet."""


def rates_file() -> Path:
    """Where the rates are kept."""
    return cache_folder() / "rates.json"


def method_of_key(key: str) -> str:
    """The method in a variant's key: `rtn` of `rtn-w4a4:group=64`, `artifact` of `artifact:FILE`."""
    head = key.partition(":")[0]
    name, dash, widths = head.rpartition("-w")
    return name if dash and widths.replace("a", "").isdigit() else head


@dataclass
class Rates:
    """Seconds and bytes a unit of work, of one model on one device with one number of threads.

    Every number is an average that favours the newest measurement; what was never measured is absent.
    """

    cells: dict[str, dict[int, float]] = field(default_factory=dict)
    """Variant key to tile cells to seconds a cell."""
    quantizing: dict[str, float] = field(default_factory=dict)
    """Variant key to seconds."""
    calibrating: float | None = None
    pixels: float | None = None
    """Seconds an output pixel to encode, decode and fix colours."""
    pixel_bytes: float | None = None
    """Bytes an output pixel that a run holds at its peak."""

    def add_cells(self, variant: str, tile_cells: int, seconds: float) -> None:
        """Take a measured time for one cell."""
        known = self.cells.setdefault(variant, {})
        known[tile_cells] = _mixed(known.get(tile_cells), seconds)

    def add_quantizing(self, variant: str, seconds: float) -> None:
        """Take a measured time of quantizing."""
        self.quantizing[variant] = _mixed(self.quantizing.get(variant), seconds)

    def add_calibrating(self, seconds: float) -> None:
        """Take a measured time of calibrating."""
        self.calibrating = _mixed(self.calibrating, seconds)

    def add_pixels(self, seconds: float) -> None:
        """Take a measured time for one output pixel of encoding and decoding."""
        self.pixels = _mixed(self.pixels, seconds)

    def add_pixel_bytes(self, count: float) -> None:
        """Take measured bytes for one output pixel: the most that was ever seen stays."""
        self.pixel_bytes = max(count, self.pixel_bytes or 0.0)

    def cell_seconds(self, variant: str, tile_cells: int) -> float | None:
        """Seconds a cell: measured, else from the method's relatives or full precision by their usual ratio.

        None when nothing at all was measured.
        """
        found = _nearest(self.cells.get(variant), tile_cells)
        if found is not None:
            return found
        method = method_of_key(variant)
        relatives = [
            rate
            for key, known in self.cells.items()
            if method_of_key(key) == method and (rate := _nearest(known, tile_cells)) is not None
        ]
        if relatives:
            return fmean(relatives)
        ratio = TYPICAL_RATIO.get(method, 1.4)
        scaled = [
            rate * ratio / TYPICAL_RATIO.get(method_of_key(key), 1.4)
            for key, known in self.cells.items()
            if (rate := _nearest(known, tile_cells)) is not None
        ]
        return fmean(scaled) if scaled else None

    def quantizing_seconds(self, variant: str) -> float | None:
        """Seconds of quantizing: measured, else the mean of the method's relatives, else of all methods."""
        if variant in self.quantizing:
            return self.quantizing[variant]
        method = method_of_key(variant)
        related = [s for key, s in self.quantizing.items() if method_of_key(key) == method]
        known = related or list(self.quantizing.values())
        return fmean(known) if known else None

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "cells": {v: {str(c): s for c, s in known.items()} for v, known in self.cells.items()},
            "quantizing": self.quantizing,
            "calibrating": self.calibrating,
            "pixels": self.pixels,
            "pixel_bytes": self.pixel_bytes,
        }

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Rates:
        """The rates of `to_json`. Raises ValueError, TypeError or AttributeError for anything else."""
        return cls(
            {
                str(v): {int(c): _positive(s) for c, s in known.items()}
                for v, known in values.get("cells", {}).items()
            },
            {str(v): _positive(s) for v, s in values.get("quantizing", {}).items()},
            *(
                None if values.get(name) is None else _positive(values[name])
                for name in ("calibrating", "pixels", "pixel_bytes")
            ),
        )

    @classmethod
    def load(cls, path: Path, key: str) -> Rates:
        """The rates kept under `key`; none where the file is absent or damaged."""
        try:
            return cls.from_json(_read(path)[key])
        except (KeyError, ValueError, TypeError, AttributeError):
            return cls()

    def save(self, path: Path, key: str) -> bool:
        """Keep the rates under `key`; False where the cache cannot be written, which costs only estimates."""
        try:
            machines = _read(path)
        except ValueError:
            machines = {}
        machines.pop(key, None)
        machines[key] = self.to_json()
        newest = dict(list(machines.items())[-KEPT:])
        try:
            write_text(path, json.dumps({"version": VERSION, "rates": newest}, indent=1) + "\n")
        except OutputError:
            return False
        return True


def _read(path: Path) -> dict[str, Any]:
    try:
        document = read_json(path.read_text(encoding="utf-8"))
    except OSError:
        return {}
    if not isinstance(document, dict) or document.get("version") != VERSION:
        return {}
    rates = document.get("rates")
    return rates if isinstance(rates, dict) else {}


def _mixed(before: float | None, now: float) -> float:
    return now if before is None else (1 - SMOOTHING) * before + SMOOTHING * now


def _nearest(known: dict[int, float] | None, tile_cells: int) -> float | None:
    """The rate measured at the most similar tile, by ratio of sizes."""
    if not known:
        return None
    return known[min(known, key=lambda cells: abs(math.log(cells / tile_cells)))]


def _positive(value: Any) -> float:
    number = float(value)
    if not (math.isfinite(number) and number >= 0):
        raise ValueError(f"{value!r} is no duration")
    return number
