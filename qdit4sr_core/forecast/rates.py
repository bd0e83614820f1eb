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
from ..variant_text import method_of
from ..whole_file import write_text
from .typical import CALIBRATING, quantizing_cells, run_ratio

VERSION = 1
KEPT = 40
"""Machines and models remembered; the oldest are dropped."""
SMOOTHING = 0.5
"""Weight of a new measurement against the ones before."""


def rates_file() -> Path:
    """Where the rates are kept."""
    return cache_folder() / "rates.json"


def rates_key(source_hash: str, device: str, threads: int) -> str:
    """What rates are kept under: a model on a device with a number of threads."""
    return f"{source_hash[:16]}|{device.upper()}|{threads}"


@dataclass
class Rates:
    """Seconds and bytes a unit of work, of one model on one device with one number of threads.

    Every number is an average that favours the newest measurement; what was never measured is absent.
    """

    cells: dict[str, dict[int, float]] = field(default_factory=dict)
    """Variant key to tile cells to seconds a cell."""
    quantizing: dict[str, float] = field(default_factory=dict)
    """Variant key to seconds."""
    calibrating: dict[str, float] = field(default_factory=dict)
    """Which statistics (see `typical.Statistics`) to seconds a cell of the calibration photos."""
    pixels: float | None = None
    """Seconds a coded pixel (see `PhotoWork`) to encode, decode and fix colours."""
    pixel_bytes: float | None = None
    """Bytes a coded pixel that a run holds at its peak."""

    def add_cells(self, variant: str, tile_cells: int, seconds: float) -> None:
        """Take a measured time for one cell."""
        known = self.cells.setdefault(variant, {})
        known[tile_cells] = _mixed(known.get(tile_cells), seconds)

    def add_quantizing(self, variant: str, seconds: float) -> None:
        """Take a measured time of quantizing."""
        self.quantizing[variant] = _mixed(self.quantizing.get(variant), seconds)

    def add_calibrating(self, statistics: str, seconds: float) -> None:
        """Take a measured time of calibrating, for one cell of its photos."""
        self.calibrating[statistics] = _mixed(self.calibrating.get(statistics), seconds)

    def add_pixels(self, seconds: float) -> None:
        """Take a measured time for one coded pixel of encoding and decoding."""
        self.pixels = _mixed(self.pixels, seconds)

    def add_pixel_bytes(self, count: float) -> None:
        """Take measured bytes for one coded pixel: the most that was ever seen stays."""
        self.pixel_bytes = max(count, self.pixel_bytes or 0.0)

    def cell_seconds(self, variant: str, tile_cells: int, *, kernel: bool = False) -> float | None:
        """Seconds a cell: measured, else from the method's relatives or full precision by their usual ratio.

        `kernel` says that the native kernel runs quantized layers. None when nothing at all was measured.
        """
        found = _nearest(self.cells.get(variant), tile_cells)
        if found is not None:
            return found
        method = method_of(variant)
        known = [
            (method_of(key), rate)
            for key, rates in self.cells.items()
            if (rate := _nearest(rates, tile_cells)) is not None
        ]
        relatives = [rate for other, rate in known if other == method]
        if relatives:
            return fmean(relatives)
        ratio = run_ratio(method, kernel=kernel)
        scaled = [rate * ratio / run_ratio(other, kernel=kernel) for other, rate in known]
        return fmean(scaled) if scaled else None

    def quantizing_seconds(self, variant: str, full_precision: float) -> float:
        """Seconds of quantizing: measured, else the mean of the method's relatives, else its usual cost.

        `full_precision` is the seconds of full precision for one cell.
        """
        if variant in self.quantizing:
            return self.quantizing[variant]
        method = method_of(variant)
        related = [s for key, s in self.quantizing.items() if method_of(key) == method]
        return fmean(related) if related else quantizing_cells(method) * full_precision

    def calibrating_seconds(self, statistics: str, full_precision: float) -> float:
        """Seconds a cell of the calibration photos: measured, else by the usual ratios."""
        known = {kind: rate / CALIBRATING[kind] for kind, rate in self.calibrating.items()}
        unit = known.get(statistics) or (fmean(known.values()) if known else full_precision)
        return CALIBRATING[statistics] * unit

    def at_pace(self, pace: float) -> Rates:
        """These rates on a machine that takes `pace` times as long."""
        return Rates(
            {variant: {c: s * pace for c, s in known.items()} for variant, known in self.cells.items()},
            {variant: seconds * pace for variant, seconds in self.quantizing.items()},
            {kind: seconds * pace for kind, seconds in self.calibrating.items()},
            None if self.pixels is None else self.pixels * pace,
            self.pixel_bytes,
        )

    def updated(self, newer: Rates) -> Rates:
        """These rates, replaced by newer ones where there are such."""
        return Rates(
            self.cells | {v: self.cells.get(v, {}) | known for v, known in newer.cells.items()},
            self.quantizing | newer.quantizing,
            self.calibrating | newer.calibrating,
            self.pixels if newer.pixels is None else newer.pixels,
            self.pixel_bytes if newer.pixel_bytes is None else newer.pixel_bytes,
        )

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "cells": {v: {str(c): s for c, s in known.items()} for v, known in self.cells.items()},
            "quantizing": self.quantizing,
            "calibrating_cells": self.calibrating,
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
            {
                kind: _positive(s)
                for kind, s in values.get("calibrating_cells", {}).items()
                if kind in CALIBRATING
            },
            *(
                None if values.get(name) is None else _positive(values[name])
                for name in ("pixels", "pixel_bytes")
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
