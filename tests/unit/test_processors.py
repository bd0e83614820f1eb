import os

import pytest

from qdit4sr_core.processors import default_threads, usable_processors
from qdit4sr_gui.state.preferences import Preferences


def test_only_processors_that_the_process_may_run_on_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: 64)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _process: {5, 9, 11}, raising=False)
    assert usable_processors() == 3
    assert Preferences().thread_count() == 3
    assert Preferences(threads=2).thread_count() == 2
    monkeypatch.delattr(os, "sched_getaffinity")
    assert usable_processors() == 64


@pytest.mark.parametrize(
    ("wanted", "threads"),
    [("2", 2), ("64", 3), ("0", 3), ("", 3), ("2,4", 2), (" 2 ", 2), (",", 3), ("-1", 3), ("9" * 5000, 3)],
)
def test_the_usual_variable_limits_the_threads(
    wanted: str, threads: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _process: {5, 9, 11}, raising=False)
    monkeypatch.setenv("OMP_NUM_THREADS", wanted)
    assert (default_threads(), usable_processors()) == (threads, 3)
    assert Preferences().thread_count() == threads
    assert Preferences(threads=3).thread_count() == 3  # what was chosen goes first
