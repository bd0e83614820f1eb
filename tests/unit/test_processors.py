import os

import pytest

from qdit4sr_core.processors import usable_processors
from qdit4sr_gui.state.preferences import Preferences


def test_only_processors_that_the_process_may_run_on_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 64)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _process: {5, 9, 11}, raising=False)
    assert usable_processors() == 3
    assert Preferences().thread_count() == 3
    assert Preferences(threads=2).thread_count() == 2
    monkeypatch.delattr(os, "sched_getaffinity")
    assert usable_processors() == 64
