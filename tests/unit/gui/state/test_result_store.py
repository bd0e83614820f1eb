"""The memory-bounded store of results."""

import sys
from pathlib import Path

import numpy as np
import pytest

from qdit4sr_core.errors import OutputError
from qdit4sr_gui.state.result_store import DEFAULT_BUDGET, ResultStore

SIZE = 64 * 64 * 3


def image(value: int) -> np.ndarray:
    return np.full((64, 64, 3), value, np.uint8)


def test_older_results_go_to_disk_and_come_back(tmp_path: Path) -> None:
    store = ResultStore(budget=3 * SIZE, parent_folder=tmp_path)
    for value in range(8):
        store.put(value, image(value))
        assert store.memory_bytes <= 3 * SIZE
    assert store.disk_bytes >= 5 * SIZE
    for value in range(8):
        assert (store.get(value) == image(value)).all()
        assert store.memory_bytes <= 3 * SIZE
    assert len(store) == 8


def test_twenty_large_results_fit_the_default_budget() -> None:
    assert DEFAULT_BUDGET >= 20 * 4096 * 4096 * 3


def test_what_is_used_stays(tmp_path: Path) -> None:
    store = ResultStore(budget=2 * SIZE, parent_folder=tmp_path)
    first = image(1)
    store.put("first", first)
    store.put("second", image(2))
    assert store.get("first") is first
    store.put("third", image(3))
    assert store.get("first") is first


def test_one_result_larger_than_the_budget_is_kept(tmp_path: Path) -> None:
    store = ResultStore(budget=10, parent_folder=tmp_path)
    store.put("large", image(7))
    assert store.get("large") is not None
    assert not list(tmp_path.iterdir())


def test_replacing_and_removing_leave_no_files(tmp_path: Path) -> None:
    store = ResultStore(budget=SIZE, parent_folder=tmp_path)
    for value in range(3):
        store.put(value, image(value))
    store.put(0, image(99))
    assert (store.get(0) == 99).all()
    store.remove(1)
    assert 1 not in store
    assert store.get(1) is None
    store.clear()
    assert len(store) == 0
    assert store.disk_bytes == 0
    assert not list(tmp_path.rglob("*.npy"))
    store.put("x", image(1))
    store.close()
    assert not list(tmp_path.iterdir())


def test_a_damaged_file_is_one_sentence(tmp_path: Path) -> None:
    store = ResultStore(budget=SIZE, parent_folder=tmp_path)
    store.put("a", image(1))
    store.put("b", image(2))
    next(tmp_path.rglob("*.npy")).write_bytes(b"nothing")
    with pytest.raises(OutputError, match="run this variant again"):
        store.get("a")
    assert "a" not in store


def test_no_room_on_disk_is_one_sentence(tmp_path: Path) -> None:
    store = ResultStore(budget=SIZE, parent_folder=tmp_path / "missing")
    store.put("a", image(1))
    with pytest.raises(OutputError, match="free some disk space"):
        store.put("b", image(2))


@pytest.mark.skipif(sys.platform == "win32", reason="limits of Unix")
def test_the_reason_of_the_disk_is_told(tmp_path: Path) -> None:
    import resource

    store = ResultStore(budget=SIZE, parent_folder=tmp_path)
    store.put("a", image(1))
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (SIZE // 2, before[1]))
    try:
        with pytest.raises(OutputError, match="File too large"):
            store.put("b", image(2))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert (store.get("a") == image(1)).all()
