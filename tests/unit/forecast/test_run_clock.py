"""A run whose true durations are known: the forecast must stay close to what is really left."""

from dataclasses import replace

import pytest

from qdit4sr_core.forecast import ModelShape, PhotoWork, Rates, RunClock, Task
from qdit4sr_core.forecast.typical import CALIBRATING, quantizing_cells
from qdit4sr_core.forecast.work import calibration_cells
from qdit4sr_core.progress import Phase
from qdit4sr_core.variant_text import method_of

SHAPE = ModelShape(scale=4, downscale=8, patch=2, minimum_side=0, weights=10_000_000)
SETTINGS = {"steps": 12, "tile": 36, "overlap": 8}
WORK = PhotoWork(steps=12, tiles=2, tile_cells=1000, coded_pixels=100_000)
COST = {"fp": 0.2, "rtn-w4a4": 0.28, "q-dit4sr-w4a4": 0.36}
"""Seconds of one evaluation."""
KINDS = {"fp": "fp"}


class Machine:
    """Plays a run: every phase takes its true time; `forecasts` collects (true, forecast) seconds left."""

    def __init__(
        self,
        clock: RunClock,
        tasks: list[Task],
        calibrating: float = 20.0,
        quantizing: dict[str, float] | None = None,
    ) -> None:
        self.clock, self.tasks, self.now = clock, tasks, 1000.0
        self.calibrating, self.quantizing = calibrating, quantizing or {}
        self.prepared: set[str] = set()
        self.marks: list[tuple[int, float, float]] = []

    def durations(self, task: Task) -> list[tuple[Phase, int, float]]:
        """(phase, units, seconds)"""
        parts: list[tuple[Phase, int, float]] = []
        if task.kind == "method" and task.variant not in self.prepared:
            if task.statistics and self.calibrating:
                parts.append((Phase.CALIBRATING, 10, self.calibrating))
            parts.append((Phase.QUANTIZING, 5, self.quantizing.get(task.variant, 3.0)))
            self.prepared.add(task.variant)
        work = task.work
        parts.append((Phase.ENCODING, 1, 0.2))
        parts.append((Phase.SAMPLING, work.evaluations, COST[task.variant] * work.evaluations))
        parts.append((Phase.DECODING, 1, 0.3))
        return parts

    def run(self) -> None:
        for number, task in enumerate(self.tasks):
            self.clock.start(task, self.tasks[number + 1 :], self.now)
            for phase, units, seconds in self.durations(task):
                for done in range(units + 1):
                    self.clock.update(phase, done, units, self.now)
                    left = self.clock.seconds_left(self.now)
                    if left is not None:
                        self.marks.append((number, self.now, left))
                    if done < units:
                        self.now += seconds / units
            self.clock.finish(self.now)


def tasks_of(photos: int, variants: tuple[str, ...] = tuple(COST)) -> list[Task]:
    return [
        Task(
            f"photo{p}",
            v,
            KINDS.get(v, "method"),
            replace(WORK, tiles=1 + p),
            statistics="plain" if v.startswith("q") else "",
        )
        for p in range(photos)
        for v in variants
    ]


def worst(machine: Machine, from_task: int, least: float = 5.0) -> float:
    """The largest relative error of a forecast from a task on, while at least `least` seconds are left."""
    errors = [
        abs(left - (machine.now - at)) / (machine.now - at)
        for number, at, left in machine.marks
        if number >= from_task and machine.now - at >= least
    ]
    assert errors
    return max(errors)


def test_a_machine_that_knows_its_rates_forecasts_from_the_start() -> None:
    rates = Rates()
    first = Machine(RunClock(rates, SHAPE, SETTINGS), tasks_of(3))
    first.run()
    again = Machine(RunClock(rates, SHAPE, SETTINGS), tasks_of(4))
    again.run()
    assert worst(again, 0) < 0.1


def test_from_the_first_finished_variant_on_the_forecast_is_within_a_quarter() -> None:
    """Nothing was ever measured; one photo, then a queue, with calibration and three unlike variants."""
    for photos in (1, 2, 8):
        machine = Machine(RunClock(Rates(), SHAPE, SETTINGS), tasks_of(photos), calibrating=12.0)
        machine.run()
        assert worst(machine, 1) < 0.25


@pytest.mark.parametrize("kept", [False, True])
@pytest.mark.parametrize("slower", [0.2, 1.0, 10.0])
def test_a_first_run_is_foretold_on_any_machine_with_and_without_a_kept_calibration(
    slower: float, kept: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every duration is a multiple of full precision's evaluation, a fifth off the usual one."""
    for variant in COST:
        monkeypatch.setitem(COST, variant, COST[variant] * slower)
    cell = COST["fp"] / WORK.tile_cells
    calibrating = 1.2 * CALIBRATING["plain"] * cell * calibration_cells(SHAPE, SETTINGS)
    clock = RunClock(Rates(), SHAPE, SETTINGS)
    if kept:
        clock.calibrated.add("plain")
    quantizing = {v: 0.8 * quantizing_cells(method_of(v)) * cell for v in COST}
    machine = Machine(clock, tasks_of(1), 0.0 if kept else calibrating, quantizing)
    machine.run()
    assert worst(machine, 1, least=5.0 * slower) < 0.25
    assert (clock.rates.calibrating == {}) is kept


def test_nothing_is_said_before_anything_was_measured() -> None:
    clock = RunClock(Rates(), SHAPE, SETTINGS)
    task, *rest = tasks_of(1)
    clock.start(task, rest, 0.0)
    assert clock.seconds_left(0.0) is None
    clock.update(Phase.SAMPLING, 1, 24, 1.0)
    clock.update(Phase.SAMPLING, 2, 24, 1.2)
    assert clock.seconds_left(1.2) is not None


def test_what_was_foretold_once_stays_foretold_while_the_first_result_is_decoded() -> None:
    clock = RunClock(Rates(), SHAPE, SETTINGS)
    task, *rest = tasks_of(1)
    clock.start(task, rest, 0.0)
    for done in range(25):
        clock.update(Phase.SAMPLING, done, 24, 0.2 * done)
    sampled = clock.seconds_left(4.8)
    clock.update(Phase.DECODING, 0, 1, 4.8)
    decoding = clock.seconds_left(4.8)
    assert sampled is not None
    assert decoding == pytest.approx(sampled, rel=0.1)


def test_waiting_photos_count_with_their_size() -> None:
    rates = Rates()
    rates.add_cells("fp", 1000, 0.001)
    rates.add_pixels(0.0)
    clock = RunClock(rates, SHAPE, SETTINGS)
    small = Task("a", "fp", "fp", WORK)
    large = Task("b", "fp", "fp", replace(WORK, tiles=20))
    clock.start(small, [large], 0.0)
    clock.update(Phase.SAMPLING, 0, 24, 0.0)
    assert clock.seconds_left(0.0) == pytest.approx(24 + 240)


def test_a_stopped_run_teaches_nothing_of_the_unfinished_phase() -> None:
    rates = Rates()
    clock = RunClock(rates, SHAPE, SETTINGS)
    task, *rest = tasks_of(1)
    clock.start(task, rest, 0.0)
    clock.update(Phase.SAMPLING, 3, 24, 60.0)
    clock.give_up()
    clock.finish(90.0)
    assert rates == Rates()


@pytest.mark.parametrize("slower", [0.5, 2.0, 5.0])
def test_a_run_that_goes_slower_than_earlier_ones_corrects_what_still_waits(
    slower: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From half of the first variant on the whole queue is foretold at this run's pace."""
    rates, tasks = Rates(), [replace(task, statistics="") for task in tasks_of(1)]
    quantizing = dict.fromkeys(COST, 0.1)
    Machine(RunClock(rates, SHAPE, SETTINGS), tasks, quantizing=quantizing).run()
    for variant in COST:
        monkeypatch.setitem(COST, variant, COST[variant] * slower)
    clock = RunClock(rates, SHAPE, SETTINGS)
    clock.prepared.update(COST)
    again = Machine(clock, tasks)
    again.prepared.update(COST)
    again.run()
    half = WORK.evaluations // 2
    marks = [(again.now - at, left) for _, at, left in again.marks[half:] if again.now - at >= 2.0 * slower]
    assert all(left == pytest.approx(true, rel=0.2) for true, left in marks)


def test_the_pace_of_a_run_is_forgotten_in_the_next() -> None:
    rates = Rates()
    rates.add_cells("fp", 1000, 0.0002)
    rates.add_cells("rtn-w4a4", 1000, 0.0002)
    clock = RunClock(rates, SHAPE, SETTINGS)
    slow, waiting = (Task("a", variant, "artifact", WORK) for variant in ("fp", "rtn-w4a4"))
    clock.start(slow, [waiting], 0.0)
    for done in range(25):
        clock.update(Phase.SAMPLING, done, 24, 2.0 * done)
    clock.finish(48.0)
    clock.start(waiting, [], 48.0)
    slowed = clock.seconds_left(48.0)
    clock.begin()
    clock.start(waiting, [], 48.0)
    assert slowed == pytest.approx(48.0, rel=0.1)
    assert clock.seconds_left(48.0) == pytest.approx(4.8, rel=0.2)
