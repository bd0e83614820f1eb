"""The time left is the median of measured steps times the steps left."""

import pytest

from qdit4sr_gui.state.progress_meter import ProgressMeter, duration_text


class Clock:
    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


def test_the_first_step_is_warm_up_and_does_not_count():
    clock = Clock()
    meter = ProgressMeter(1, clock)
    meter.start_variant(0)
    assert meter.update(0, 10) is None
    clock.now = 5.0
    assert meter.update(1, 10) is None
    clock.now = 6.0
    assert meter.update(2, 10) == pytest.approx(8.0)


def test_variants_that_wait_are_counted():
    clock = Clock()
    meter = ProgressMeter(3, clock)
    meter.start_variant(0)
    for step in range(1, 5):
        clock.now = float(step)
        left = meter.update(step, 4)
    assert left == pytest.approx(8.0)
    meter.start_variant(1)
    assert meter.update(0, 4) == pytest.approx(8.0)


def test_reports_are_held_to_twenty_a_second_but_the_last_always_comes():
    clock = Clock()
    meter = ProgressMeter(1, clock)
    reported = 0
    for step in range(1, 1001):
        clock.now = step / 1000
        reported += meter.due(step, 1000)
    assert 19 <= reported <= 21
    assert meter.due(1000, 1000)


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.84, "0.8 s"), (12.2, "12 s"), (185, "3 min 5 s"), (7320, "2 h 2 min")]
)
def test_durations_read_as_people_say_them(seconds, text):
    assert duration_text(seconds) == text
