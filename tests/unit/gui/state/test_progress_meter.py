"""Reports come often enough to follow and rarely enough not to hurry the window."""

import pytest

from qdit4sr_core.progress import Activity, Phase, duration_text
from qdit4sr_gui.state.progress_meter import ReportRate


class Clock:
    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


def test_reports_are_held_to_twenty_a_second_but_the_last_always_comes():
    clock = Clock()
    meter = ReportRate(clock)
    reported = 0
    for step in range(1, 1001):
        clock.now = step / 1000
        reported += meter.due(step, 1000, Activity(Phase.SAMPLING, 1, 9))
    assert 19 <= reported <= 21
    assert meter.due(1000, 1000, Activity(Phase.SAMPLING, 9, 9))


def test_a_new_phase_is_told_at_once():
    meter = ReportRate(Clock())
    assert meter.due(1, 9, Activity(Phase.ENCODING))
    assert not meter.due(2, 9, Activity(Phase.ENCODING))
    assert meter.due(0, 9, Activity(Phase.SAMPLING, 1, 9))


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.84, "0.8 s"),
        (0.97, "1 s"),
        (12.2, "12 s"),
        (59.8, "1 min"),
        (185, "3 min 5 s"),
        (2463, "41 min"),
        (7320, "2 h 2 min"),
    ],
)
def test_durations_read_as_people_say_them(seconds, text):
    assert duration_text(seconds) == text
