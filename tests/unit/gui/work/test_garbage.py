"""Garbage collection in the window's thread."""

import gc
import threading
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from qdit4sr_gui.work.garbage import WindowThreadCollector

freed_in: list[int] = []


class Knot:
    def __init__(self) -> None:
        self.itself = self

    def __del__(self) -> None:
        freed_in.append(threading.get_ident())


@pytest.fixture
def collector(qtbot: QtBot) -> Iterator[WindowThreadCollector]:
    was_enabled = gc.isenabled()
    collector = WindowThreadCollector()
    yield collector
    collector.stop()
    if not was_enabled:
        gc.disable()


def allocate() -> None:
    rubbish = [[Knot()] for _ in range(5000)]
    del rubbish


def test_cycles_made_by_a_thread_are_freed_in_the_window_thread(
    collector: WindowThreadCollector, qtbot: QtBot
) -> None:
    freed_in.clear()
    thread = threading.Thread(target=allocate)
    thread.start()
    thread.join()
    assert freed_in == []
    qtbot.waitUntil(lambda: len(freed_in) == 5000)
    assert set(freed_in) == {threading.get_ident()}


def test_nothing_is_collected_while_nothing_is_due(collector: WindowThreadCollector) -> None:
    gc.collect()
    assert collector.collect_if_due() == 0
