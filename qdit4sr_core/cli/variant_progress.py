"""What a comparison says while it runs: a bar on a terminal, elsewhere a line for each variant."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TextIO

from ..progress import Phase, What, duration_text, phase_of
from .terminal import Lines, about, terminal_progress

if TYPE_CHECKING:
    from ..compare import VariantResult
    from ..models.super_resolution_model import SuperResolutionModel
    from ..quantize.variants import Variant
    from ..upscale import SamplingSettings


class VariantProgress:
    """Told when a variant begins, how far it is, and what came of it.

    Without a terminal a line says how long each variant took and about how long the others will take; while
    one runs, a line now and then says its step.
    """

    def __init__(
        self,
        model: SuperResolutionModel,
        variants: Sequence[Variant],
        settings: SamplingSettings,
        lr_shape: tuple[int, int],
        *,
        calibrated: bool = False,
        stream: TextIO | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`lr_shape` is the photo's (height, width); `calibrated` says that the statistics are at hand."""
        import torch

        from ..forecast import Rates, RunClock, Task, model_shape, photo_work, rates_file, rates_key
        from ..quantized_models import kept_statistics, model_is_kept, statistics_of

        self._now, stream = clock, stream or sys.stderr
        self._lines = None if stream.isatty() else Lines(stream, clock)
        self._bar = terminal_progress(stream)
        self._variants, self._index = variants, -1
        shape = model_shape(model)
        key = rates_key(model.source_hash, str(model.device), torch.get_num_threads())
        work = photo_work(shape, lr_shape, settings.to_dict())
        self._tasks = [Task("", v.key, v.kind, work, statistics_of(v)) for v in variants]
        self._run = RunClock(Rates.load(rates_file(), key), shape, settings.to_dict())
        known = model.source_hash, shape.minimum_side, settings
        self._run.calibrated = {"sensitive"} if calibrated else kept_statistics(*known)
        self._run.prepared = {
            v.key for v in variants if v.config is not None and model_is_kept(*known, v.config)
        }

    def start(self, variant: Variant) -> None:
        """The next variant begins."""
        self._index += 1
        self._run.start(self._tasks[self._index], self._tasks[self._index + 1 :], self._now())
        if self._lines is not None and (self._index == 0 or self._lines.due):
            self._lines.say(self._named(variant))

    def __call__(self, done: int, total: int, what: What) -> None:
        """Report progress of the current variant."""
        named = f"{self._named(self._variants[self._index])}: {what}" if self._index >= 0 else what
        if self._lines is None:
            self._bar(done, total, named)
            return
        self._run.update(phase_of(what) or Phase.PREPARING, done, total, self._now())
        if self._lines.due:
            self._lines.say(f"{named}{self._left()}")

    def afterwards(self, done: int, total: int, what: What) -> None:
        """Report progress of what comes once all variants are finished."""
        if self._lines is None:
            self._bar(done, total, what)
        elif self._lines.due:
            self._lines.say(str(what))

    def finish(self, result: VariantResult) -> None:
        """The current variant is over."""
        if result.error is None:
            self._run.finish(self._now())
        else:
            self._run.give_up()
            self._run.waiting = tuple(self._tasks[self._index + 1 :])
        if self._lines is None:
            return
        took = "failed" if result.error is not None else duration_text(result.seconds)
        if result.error is None and result.quantize_seconds >= 1:
            took += f", and {duration_text(result.quantize_seconds)} to quantize"
        self._lines.say(f"{self._named(result.variant)}: {took}{self._left()}")

    def _named(self, variant: Variant) -> str:
        return f"[{self._index + 1}/{len(self._variants)}] {variant.label}"

    def _left(self) -> str:
        """ "; about 40 s left" for all variants; nothing while unknown, or where nothing is left."""
        seconds = self._run.seconds_left(self._now())
        return "" if not seconds else f"; {about(seconds)} left"
