"""A bar with steps and remaining time on a terminal, silence in a pipe."""

import io

import pytest

from qdit4sr_core.cli.terminal import terminal_progress


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_pipe_stays_silent() -> None:
    stream = io.StringIO()
    progress = terminal_progress(stream)
    for done in range(4):
        progress(done, 3, "step")
    assert stream.getvalue() == ""


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
