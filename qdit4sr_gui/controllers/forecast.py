"""How long runs will take: knows the model's shape and this machine's rates, and watches every run."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from qdit4sr_core.errors import VariantError
from qdit4sr_core.progress import Phase, phase_of
from qdit4sr_core.variant_text import read_variant
from qdit4sr_gui.state.messages import RunProgress, WarmedUp
from qdit4sr_gui.state.method_catalogue import MethodCatalogue
from qdit4sr_gui.state.workspace import Photo, Workspace

if TYPE_CHECKING:
    from qdit4sr_core.forecast import Estimate, Rates, RunClock, Task

Wanted = tuple[Photo, Sequence[str]]
"""A photo and the variants that are to be computed of it."""
_LEAST_PIXELS = 500_000
"""Smaller results say nothing about bytes a pixel: the program's own memory hides them."""


class Forecaster:
    """Nothing is known before the model is loaded; every run teaches it."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._warm: WarmedUp | None = None
        self._key = ""
        self._clock: RunClock | None = None
        self._began = self._resident = 0.0
        self._task: Task | None = None

    def use_model(self, report: WarmedUp, threads: int) -> None:
        """Another model, device or number of threads: its rates are read from the cache."""
        from qdit4sr_core.forecast import Rates, rates_file

        self._warm = report
        self._key = f"{report.model_hash[:16]}|{report.device}|{threads}"
        self._clock = None
        self._rates: Rates = Rates.load(rates_file(), self._key)

    def estimate(self, wanted: Iterable[Wanted]) -> Estimate | None:
        """Time and memory of these variants; None before the model is known."""
        from qdit4sr_core.forecast import estimate

        shape = None if self._warm is None else self._warm.shape
        if shape is None:
            return None
        tasks = [task for photo, specs in wanted for task in self._tasks(photo, specs)]
        clock = self._clock
        prepared = frozenset(clock.prepared) if clock is not None else frozenset()
        calibrated = clock.calibrated if clock is not None else False
        return estimate(tasks, self._rates, shape, self._settings(), prepared=prepared, calibrated=calibrated)

    def begin(self, photo: Photo, spec: str, rest: Sequence[str], waiting: Iterable[Wanted]) -> None:
        """A variant begins; `rest` of the photo's variants and the photos `waiting` follow."""
        from qdit4sr_core.forecast import RunClock
        from qdit4sr_core.process_memory import resident_bytes

        if self._warm is None or self._warm.shape is None:
            return
        if self._clock is None:
            self._clock = RunClock(self._rates, self._warm.shape, self._settings())
        now = time.monotonic()
        if self._began == 0.0:
            self._began = now
        self._task = self._tasks(photo, [spec])[0]
        self._resident = resident_bytes()
        following = [*self._tasks(photo, rest), *(t for p, specs in waiting for t in self._tasks(p, specs))]
        self._clock.start(self._task, following, now)

    def update(self, report: RunProgress) -> tuple[float | None, float | None]:
        """Seconds left and seconds in all of the run, None while unknown."""
        if self._clock is None:
            return None, None
        self._clock.update(phase_of(report.what) or Phase.PREPARING, report.done, report.total, report.at)
        left = self._clock.seconds_left(report.at)
        return left, None if left is None else left + report.at - self._began

    def finish(self, result: Any) -> None:
        """The variant is done: what was measured of it is kept for the next start."""
        from qdit4sr_core.forecast import rates_file

        if self._clock is None:
            return
        if result.error is not None:
            self._clock.give_up()
            return
        self._clock.finish(time.monotonic())
        peak, task = result.provenance.get("peak_memory_bytes"), self._task
        if peak and self._resident and task is not None and task.kind == "fp":
            pixels = task.work.output_pixels
            if pixels >= _LEAST_PIXELS and peak > self._resident:
                self._rates.add_pixel_bytes((peak - self._resident) / pixels)
        self._rates.save(rates_file(), self._key)

    def end(self) -> None:
        """Nothing runs any more."""
        self._began = 0.0
        if self._clock is not None:
            self._clock.give_up()

    def _settings(self) -> dict[str, Any]:
        defaults = {} if self._warm is None else dict(self._warm.defaults)
        return {"steps": 40, "tile": 64, "overlap": 24} | defaults | dict(self._workspace.settings)

    def _tasks(self, photo: Photo, specs: Sequence[str]) -> list[Task]:
        from qdit4sr_core.forecast import Task, photo_work

        if self._warm is None or self._warm.shape is None:
            return []
        height, width = photo.image.pixels.shape[:2]
        work = photo_work(self._warm.shape, (height, width), self._settings())
        tasks = []
        for spec in specs:
            kind, calibrated = _kind(spec, self._warm.catalogue)
            tasks.append(Task(photo.key, spec, kind, work, calibrated))
        return tasks


def _kind(spec: str, catalogue: MethodCatalogue) -> tuple[str, bool]:
    try:
        text = read_variant(spec)
    except VariantError:
        return "images", False
    entry = catalogue.entry(text.method) if text.kind == "method" else None
    return text.kind, entry is not None and entry.needs_calibration
