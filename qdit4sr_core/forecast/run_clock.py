"""How long a run of many photos and variants still takes, learning from every phase that it sees."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import Any

from ..progress import Phase
from .estimate import NOTHING_TO_QUANTIZE, Parts, Task, task_parts
from .rates import Rates
from .work import ModelShape, calibration_cells

_FRESH = 3
"""Evaluations of the transformer from which on the measured rate replaces the expected one."""

_PART_OF = {Phase.PLANNING: Phase.QUANTIZING, Phase.SENSITIVITY: Phase.CALIBRATING}
"""Phases whose time is counted with another's."""


class RunClock:
    """Told what waits, what runs and how far it is; answers with the seconds left.

    Each variant counts with its own rate: measured in this run, else in earlier ones (see `Rates`) and
    corrected by how much faster or slower this run goes than they did, else scaled from its relatives.
    `rates` takes in every finished phase. Times are seconds of any steady clock.
    """

    def __init__(self, rates: Rates, shape: ModelShape, settings: Mapping[str, Any]) -> None:
        self.rates, self.shape, self.settings = rates, shape, settings
        self.waiting: tuple[Task, ...] = ()
        """What runs after the current task."""
        self.prepared: set[str] = set()
        """Variants whose quantized model exists."""
        self.calibrated: set[str] = set()
        """Calibrations that exist (see `typical.Statistics`)."""
        self._task: Task | None = None
        self._expected: Parts | None = None
        self._phase = Phase.PREPARING
        self._phase_began = self._coding = 0.0
        self._first: tuple[int, float] | None = None
        self._at = (0, 0, 0.0)  # done, total, when
        self.begin()

    def begin(self) -> None:
        """A run begins: how fast it goes is to be seen."""
        self._before, self._own = copy.deepcopy(self.rates), Rates()
        self._taken = self._foretold = 0.0

    def start(self, task: Task, waiting: Sequence[Task], now: float) -> None:
        """A task begins, with those that follow it."""
        self._task, self.waiting = task, tuple(waiting)
        self._expected = self._parts(task)
        self._phase, self._phase_began, self._coding = Phase.PREPARING, now, 0.0
        self._first, self._at = None, (0, 0, now)

    def update(self, phase: Phase, done: int, total: int, now: float) -> None:
        """The current task reports how far it is."""
        if self._task is None:
            return
        phase = _PART_OF.get(phase, phase)
        if phase is not self._phase:
            self._leave_phase(now)
            self._phase, self._phase_began, self._first = phase, now, None
        if phase is Phase.SAMPLING and self._first is None and done >= 1:
            self._first = (done, now)
        if (done, total) != self._at[:2]:
            self._at = (done, total, now)

    def finish(self, now: float) -> None:
        """The current task is over."""
        if self._task is None:
            return
        self._leave_phase(now)
        if self._coding > 0 and self._task.work.coded_pixels:
            for rates in (self.rates, self._own):
                rates.add_pixels(self._coding / self._task.work.coded_pixels)
        if self._task.kind not in NOTHING_TO_QUANTIZE:
            self.prepared.add(self._task.variant)
        self._task = None

    def give_up(self) -> None:
        """The run was stopped: what is half measured counts nothing."""
        self._task, self.waiting = None, ()

    def seconds_left(self, now: float) -> float | None:
        """Until the last waiting task is done; None before any step was measured."""
        left = self._left_of_current(now)
        if left is None:
            return None
        prepared, calibrated = set(self.prepared), set(self.calibrated)
        rates = self._present_rates()
        if self._task is not None:
            prepared.add(self._task.variant)
            calibrated.add(self._task.statistics)
        for task in self.waiting:
            parts = task_parts(
                task,
                rates,
                self.shape,
                self.settings,
                prepared=task.variant in prepared,
                calibrated=calibrated,
            )
            if parts is None:
                return None
            left += parts.total
            prepared.add(task.variant)
            calibrated.add(task.statistics)
        return left

    def _present_rates(self) -> Rates:
        """What this run has shown so far; beside that the rates of earlier ones at its pace."""
        own, one = copy.deepcopy(self._own), self._evaluation_seconds()
        taken, foretold = self._taken, self._foretold
        if one is not None and self._task is not None:
            rate = one / self._task.work.tile_cells
            own.cells.setdefault(self._task.variant, {})[self._task.work.tile_cells] = rate
            before = self._foretold_seconds(self._task)
            if before is not None:
                taken, foretold = taken + rate * self._task.work.cells, foretold + before
        return self._before.at_pace(taken / foretold if foretold > 0 else 1.0).updated(own)

    def _foretold_seconds(self, task: Task) -> float | None:
        """Seconds of sampling by what earlier runs measured of this variant; None where they did not."""
        if task.variant not in self._before.cells:
            return None
        rate = self._before.cell_seconds(task.variant, task.work.tile_cells, kernel=self.shape.kernel)
        return None if rate is None else rate * task.work.cells

    def _parts(self, task: Task) -> Parts | None:
        return task_parts(
            task,
            self._present_rates(),
            self.shape,
            self.settings,
            prepared=task.variant in self.prepared,
            calibrated=self.calibrated,
        )

    def _left_of_current(self, now: float) -> float | None:
        if self._task is None:
            return 0.0
        rate = self._evaluation_seconds()
        if self._expected is None and rate is None:
            return None
        expected = self._expected or Parts()
        evaluations = self._task.work.evaluations
        sampling = expected.sampling if rate is None else rate * evaluations
        after = {
            Phase.CALIBRATING: expected.quantizing + sampling + expected.coding,
            Phase.QUANTIZING: sampling + expected.coding,
            Phase.ENCODING: sampling + expected.coding / 2,
            Phase.SAMPLING: expected.coding / 2,
            Phase.DECODING: 0.0,
        }
        if self._phase not in after:
            return max(0.0, expected.total - (now - self._phase_began))
        return after[self._phase] + self._left_of_phase(expected, rate, now)

    def _left_of_phase(self, expected: Parts, rate: float | None, now: float) -> float:
        done, total, when = self._at
        if self._phase is Phase.SAMPLING and self._task is not None:
            work = self._task.work
            one = expected.sampling / work.evaluations if rate is None else rate
            left = one * work.evaluations * (1 - work.share(done))
            return max(0.0, left - min(now - when, one))
        elapsed = now - self._phase_began
        if done > 0 and total > 0 and when > self._phase_began:
            one = (when - self._phase_began) / done
            return max(0.0, one * (total - done) - min(now - when, one))
        whole = {
            Phase.CALIBRATING: expected.calibrating,
            Phase.QUANTIZING: expected.quantizing,
            Phase.ENCODING: expected.coding / 2,
            Phase.DECODING: expected.coding / 2,
        }
        return max(0.0, whole.get(self._phase, 0.0) - elapsed)

    def _evaluation_seconds(self) -> float | None:
        """Measured seconds of a mean evaluation of the current task; its first, a warm-up, does not count."""
        if self._phase is not Phase.SAMPLING or self._first is None or self._task is None:
            return None
        done, _, when = self._at
        wanted = 1 if self._expected is None else _FRESH
        if done - self._first[0] < wanted:
            return None
        work = self._task.work
        share = work.share(done) - work.share(self._first[0])
        return (when - self._first[1]) / (share * work.evaluations)

    def _leave_phase(self, now: float) -> None:
        elapsed = now - self._phase_began
        if self._task is None:
            return
        if self._phase is Phase.CALIBRATING:
            if self._task.statistics:
                cells = calibration_cells(self.shape, self.settings)
                for rates in (self.rates, self._own):
                    rates.add_calibrating(self._task.statistics, elapsed / cells)
                self.calibrated.add(self._task.statistics)
        elif self._phase is Phase.QUANTIZING and self._task.variant not in self.prepared:  # not: read
            for rates in (self.rates, self._own):
                rates.add_quantizing(self._task.variant, elapsed)
        elif self._phase in (Phase.ENCODING, Phase.DECODING):
            self._coding += elapsed
        elif self._phase is Phase.SAMPLING:
            self._learn_sampling(self._task, elapsed)

    def _learn_sampling(self, task: Task, elapsed: float) -> None:
        """The mean of the evaluations after the first; of the first alone where there was no other."""
        done, _, when = self._at
        since, seconds = (0, elapsed)
        if self._first is not None and done > self._first[0]:
            since, seconds = self._first[0], when - self._first[1]
        share = task.work.share(done) - task.work.share(since)
        if share > 0:
            rate, before = seconds / share / task.work.cells, self._foretold_seconds(task)
            for rates in (self.rates, self._own):
                rates.add_cells(task.variant, task.work.tile_cells, rate)
            if before is not None:
                self._taken, self._foretold = self._taken + rate * task.work.cells, self._foretold + before
            self._expected = self._expected or self._parts(task)
