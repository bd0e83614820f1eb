"""A bar with steps and remaining time on a terminal, a line at times in a pipe."""

import io

import pytest

from qdit4sr_core.cli.terminal import Lines, about, terminal_progress


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class _Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_pipe_hears_nothing_of_short_work() -> None:
    stream = io.StringIO()
    progress = terminal_progress(stream)
    for done in range(4):
        progress(done, 3, "step")
    assert stream.getvalue() == ""


def test_a_pipe_gets_whole_lines_with_the_time_left_ten_seconds_apart() -> None:
    stream, clock = io.StringIO(), _Clock()
    progress = Lines(stream, clock)
    for done in range(41):  # a step a second
        clock.now = float(done)
        progress(done, 40, f"step {done + 1}")
    assert stream.getvalue().splitlines() == [
        "step 11, 25 %, about 30 s left",
        "step 21, 50 %, about 20 s left",
        "step 31, 75 %, about 10 s left",
        "step 41, 100 %",
    ]
    assert "\r" not in stream.getvalue()


def test_hours_are_told_in_a_hundred_lines() -> None:
    stream, clock = io.StringIO(), _Clock()
    progress = Lines(stream, clock)
    for second in range(6 * 3600):
        clock.now = float(second)
        progress(second, 6 * 3600, "training")
    assert 50 < len(stream.getvalue().splitlines()) < 150


def test_a_line_tells_the_time_of_what_runs_now_and_stays_one_line() -> None:
    stream, clock = io.StringIO(), _Clock()
    progress = Lines(stream, clock)
    progress(90, 100, "quantizing")
    clock.now = 100.0
    progress(0, 10, "a\nb")  # another total: nothing is known of it yet
    clock.now = 120.0
    progress(1, 10, "c")
    assert stream.getvalue().splitlines() == ["a\\nb, 0 %", "c, 10 %, about 3 min left"]


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.2, "1 s"), (7.6, "8 s"), (43, "45 s"), (140, "2 min 30 s"), (3000, "50 min"), (9000, "2 h 30 min")],
)
def test_an_estimate_has_no_false_precision(seconds: float, text: str) -> None:
    assert about(seconds) == f"about {text}"


def test_a_terminal_sees_steps_and_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    stream = _Terminal()
    progress = terminal_progress(stream)
    progress(0, 40, "[1/3] RTN: encoding")
    assert "[1/3] RTN: encoding" in stream.getvalue()
    assert "0/40" in stream.getvalue()
    assert "left" in stream.getvalue()


def test_a_new_total_starts_a_new_bar_and_a_full_one_goes_away() -> None:
    stream = _Terminal()
    progress = terminal_progress(stream)
    progress(0, 40, "quantizing")
    progress(0, 12, "step 1")
    assert "0/12" in stream.getvalue()
    progress(12, 12, "step 12")
    length = len(stream.getvalue())
    progress(12, 12, "decoding")  # nothing is left to show
    assert len(stream.getvalue()) == length
    assert stream.getvalue().endswith("\r")
