"""How long runs will take: knows the model's shape and this machine's rates, and watches every run."""

from __future__ import annotations

import functools
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qdit4sr_core.errors import QDiT4SRError
from qdit4sr_core.progress import Phase, phase_of
from qdit4sr_core.variant_text import SHOWN_BESIDE, kind_of
from qdit4sr_gui.state.messages import RunProgress, WarmedUp
from qdit4sr_gui.state.workspace import Photo, Workspace

if TYPE_CHECKING:
    from qdit4sr_core.forecast import Estimate, ModelShape, Rates, RunClock, Statistics, Task
    from qdit4sr_core.upscale import SamplingSettings

Wanted = tuple[Photo, Sequence[str]]
"""A photo and the variants that are to be computed of it."""
_LEAST_PIXELS = 500_000
"""Smaller results say nothing about bytes a pixel: the program's own memory hides them."""

ROUGH_SECONDS = 10.0 / 128**2
"""A pixel of the photo and variant on one thread, by the bundled model: see its card."""


def rough_seconds(photo: Photo, specs: Sequence[str]) -> float:
    """What the bundled model takes for these variants, before this machine has measured anything."""
    height, width = photo.image.pixels.shape[:2]
    return ROUGH_SECONDS * height * width * sum(kind_of(spec) not in SHOWN_BESIDE for spec in specs)


class Forecaster:
    """Nothing is known before the model is loaded; every run teaches it."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self.rates_path: Path | None = None
        """Where measured rates are kept; None for the user's cache."""
        self._warm: WarmedUp | None = None
        self._key = ""
        self._clock: RunClock | None = None
        self._settings: SamplingSettings | None = None
        """Of the clock."""
        self._schedule: tuple[Any, ...] = ()
        self._running: RunClock | None = None
        """The clock of the present run, whose settings stay as they were when it began."""
        self._began = self._resident = 0.0
        self._task: Task | None = None

    def use_model(self, report: WarmedUp, threads: int) -> None:
        """Another model, device or number of threads: its rates are read from the cache."""
        from qdit4sr_core.forecast import Rates, rates_file, rates_key

        self._warm = report
        self._key = rates_key(report.model_hash, report.device, threads)
        self._clock = self._running = None
        self._rates: Rates = Rates.load(self.rates_path or rates_file(), self._key)

    def estimate(self, wanted: Iterable[Wanted]) -> Estimate | None:
        """Time and memory of these variants; None before the model is known."""
        from qdit4sr_core.forecast import estimate

        clock = self._present_clock()
        if clock is None:
            return None
        tasks = [task for photo, specs in wanted for task in self._tasks(clock, photo, specs)]
        prepared, calibrated = frozenset(clock.prepared), frozenset(clock.calibrated)
        return estimate(
            tasks, self._rates, clock.shape, clock.settings, prepared=prepared, calibrated=calibrated
        )

    def begin(self, photo: Photo, spec: str, rest: Sequence[str], waiting: Iterable[Wanted]) -> None:
        """A variant begins; `rest` of the photo's variants and the photos `waiting` follow."""
        from qdit4sr_core.process_memory import resident_bytes

        clock = self._present_clock()
        if clock is None:
            return
        now = time.monotonic()
        if self._began == 0.0:
            self._began = now
            clock.begin()
        self._task = self._tasks(clock, photo, [spec])[0]
        self._resident = resident_bytes()
        later = [(photo, rest), *waiting]
        following = [task for other, specs in later for task in self._tasks(clock, other, specs)]
        clock.start(self._task, following, now)
        self._running = clock

    def update(self, report: RunProgress) -> tuple[float | None, float | None]:
        """Seconds left and seconds in all of the run, None while unknown."""
        if self._running is None:
            return None, None
        self._running.update(phase_of(report.what) or Phase.PREPARING, report.done, report.total, report.at)
        left = self._running.seconds_left(report.at)
        return left, None if left is None else left + report.at - self._began

    def finish(self, result: Any) -> None:
        """The variant is done: what was measured of it is kept for the next start."""
        from qdit4sr_core.forecast import rates_file

        if self._running is None:
            return
        if result.error is not None:
            self._running.give_up()
            return
        self._running.finish(time.monotonic())
        peak, task = result.provenance.get("peak_memory_bytes"), self._task
        if peak and self._resident and task is not None and task.kind == "fp":
            pixels = task.work.coded_pixels
            if pixels >= _LEAST_PIXELS and peak > self._resident:
                self._rates.add_pixel_bytes((peak - self._resident) / pixels)
        self._rates.save(self.rates_path or rates_file(), self._key)

    def end(self) -> None:
        """Nothing runs any more."""
        self._began = 0.0
        if self._running is not None:
            self._running.give_up()
        self._running = None

    def _present_clock(self) -> RunClock | None:
        """The clock of the present settings, told of the calibrations on the disk.

        None where the model is not known, or cannot run with the settings.
        """
        from qdit4sr_core.forecast import RunClock
        from qdit4sr_core.quantized_models import kept_statistics, schedule
        from qdit4sr_core.upscale import SamplingSettings

        warm, former = self._warm, self._clock
        if warm is None or warm.shape is None:
            return None
        try:
            settings = SamplingSettings.of_defaults(warm.model_name, warm.defaults, self._workspace.settings)
        except QDiT4SRError:
            return None
        if former is None or self._schedule != schedule(settings):
            self._clock, self._schedule = RunClock(self._rates, warm.shape, {}), schedule(settings)
            if former is not None:  # what a calibration with other settings made does not serve these
                self._clock.prepared = {spec for spec in former.prepared if not _traits(spec)[1]}
        assert self._clock is not None
        self._clock.settings = settings.to_dict()
        self._clock.calibrated |= kept_statistics(warm.model_hash, warm.shape.minimum_side, settings)
        self._settings = settings
        return self._clock

    def _tasks(self, clock: RunClock, photo: Photo, specs: Sequence[str]) -> list[Task]:
        from qdit4sr_core.forecast import Task, photo_work

        warm, settings = self._warm, self._settings
        if warm is not None and settings is not None:
            unknown = set(specs) - clock.prepared
            clock.prepared |= {spec for spec in unknown if _is_kept(spec, warm, clock.shape, settings)}
        height, width = photo.image.pixels.shape[:2]
        work = photo_work(clock.shape, (height, width), clock.settings)
        return [Task(photo.key, spec, kind, work, needs) for spec in specs for kind, needs in [_traits(spec)]]


def _is_kept(spec: str, warm: WarmedUp, shape: ModelShape, settings: SamplingSettings) -> bool:
    """Whether a quantized model is read from the disk instead of being learned."""
    from qdit4sr_core.quantize.variants import parse_variant
    from qdit4sr_core.quantized_models import model_is_kept

    try:
        config = parse_variant(spec).config
    except QDiT4SRError:
        return False
    if config is None:
        return False
    return model_is_kept(warm.model_hash, shape.minimum_side, settings, config)


def _traits(spec: str) -> tuple[str, Statistics]:
    """The kind of a variant, and which calibration it needs; what cannot be read takes no time."""
    try:
        return _traits_of_readable(spec)
    except QDiT4SRError:
        return "images", ""


@functools.lru_cache(maxsize=256)
def _traits_of_readable(spec: str) -> tuple[str, Statistics]:
    from qdit4sr_core.quantize.variants import parse_variant
    from qdit4sr_core.quantized_models import statistics_of

    variant = parse_variant(spec)
    return variant.kind, statistics_of(variant)
