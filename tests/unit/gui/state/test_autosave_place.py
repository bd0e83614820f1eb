"""Windows that are open at the same time save into files of their own; closed ones leave theirs to all."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from qdit4sr_core.file_lock import open_lock
from qdit4sr_core.file_names import hidden_beside
from qdit4sr_gui.state import autosave_place
from qdit4sr_gui.state.autosave_place import AutosavePlace

HOLD = """
import sys
from pathlib import Path
from qdit4sr_gui.state.autosave_place import AutosavePlace
print(AutosavePlace(Path(sys.argv[1])).path().name, flush=True)
sys.stdin.read()
"""


def test_two_windows_never_share_a_file(tmp_path: Path) -> None:
    first = AutosavePlace(tmp_path / "data" / "last.qdit4sr")
    second = AutosavePlace(tmp_path / "data" / "last.qdit4sr")
    assert first.newest() is None
    assert first.path() == first.path() == tmp_path / "data" / "last.qdit4sr"
    assert second.path().name == "last-2.qdit4sr"
    first.release()
    third = AutosavePlace(tmp_path / "data" / "last.qdit4sr")
    assert third.path().name == "last.qdit4sr"
    second.release()
    third.release()
    assert list((tmp_path / "data").iterdir()) == []


def test_what_was_saved_last_is_offered_but_not_that_of_a_living_window(tmp_path: Path) -> None:
    one, two = AutosavePlace(tmp_path / "last.qdit4sr"), AutosavePlace(tmp_path / "last.qdit4sr")
    one.path().write_text("one")
    two.path().write_text("two")
    os.utime(one.path(), (1, 1))
    assert one.newest() == one.path()
    assert two.newest() == two.path()
    later = AutosavePlace(tmp_path / "last.qdit4sr")
    assert later.newest() is None
    kept = two.path()
    two.release()
    assert later.newest() == kept
    assert one.newest() == kept
    assert later.is_one(kept)
    assert not later.is_one(tmp_path / "work.qdit4sr")
    one.release()


def test_another_program_holds_its_file_until_it_dies(tmp_path: Path) -> None:
    first = tmp_path / "last.qdit4sr"
    program = [sys.executable, "-c", HOLD, str(first)]
    with subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline().strip() == "last.qdit4sr"
        place = AutosavePlace(first)
        assert place.path().name == "last-2.qdit4sr"
        place.release()
        first.write_text("what it had saved")
        assert not AutosavePlace(first).left_behind()  # it lives
        other.kill()
        other.wait()
    place = AutosavePlace(first)
    assert place.left_behind()
    assert place.newest() == first
    assert place.path().name == "last-2.qdit4sr"  # what was left is not written over
    place.path().write_text("newer")
    assert place.newest() == first
    place.opened(first)
    assert not place.left_behind()
    assert place.newest() == place.path()
    assert AutosavePlace(first).left_behind()  # should this one be killed before it saves what it shows
    place.saved()
    later = AutosavePlace(first)
    assert not later.left_behind()
    assert later.path() == first
    later.release()
    place.release()


@pytest.fixture
def left(tmp_path: Path) -> Path:
    """What a window that was killed had saved."""
    left = tmp_path / "last.qdit4sr"
    left.write_text("what it had saved")
    hidden_beside(left, ".lock").touch()
    return left


def test_what_was_refused_is_spared_by_all_windows_and_offered_by_no_later_one(left: Path) -> None:
    place, beside = AutosavePlace(left), AutosavePlace(left)
    assert place.left_behind()
    place.refuse()
    assert not place.left_behind()
    assert beside.left_behind()
    assert place.path().name == "last-2.qdit4sr"
    assert beside.path().name == "last-3.qdit4sr"
    for window in (place, beside):
        window.path().write_text("newer")
        window.saved()
        assert window.newest() == left
    place.release()
    later = AutosavePlace(left)
    assert not later.left_behind()
    assert beside.newest() == left
    beside.release()
    later.release()


def test_a_file_that_another_window_took_meanwhile_keeps_its_lock(left: Path) -> None:
    place, beside = AutosavePlace(left), AutosavePlace(left)
    place.refuse()
    beside.opened(left)
    beside.saved()
    third = AutosavePlace(left)
    assert third.path() == left
    place.release()
    assert AutosavePlace(left).path().name == "last-3.qdit4sr"
    beside.release()
    third.release()


def test_a_lock_of_another_user_is_as_one_that_is_held(left: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(lock: Path, mode: int) -> tuple[int, bool | None]:
        if lock == hidden_beside(left, ".lock"):
            raise PermissionError
        return open_lock(lock, mode)

    monkeypatch.setattr(autosave_place, "open_lock", refused)
    place = AutosavePlace(left)
    assert not place.left_behind()
    assert place.newest() is None
    assert place.path().name == "last-2.qdit4sr"
    place.release()


def test_a_place_that_cannot_be_written_is_told_when_it_is_saved_to(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    place = AutosavePlace(tmp_path / "file" / "last.qdit4sr")
    assert place.path() == tmp_path / "file" / "last.qdit4sr"
    assert place.newest() is None
    place.release()


def test_what_was_saved_last_is_offered_although_the_clock_was_set_back(tmp_path: Path) -> None:
    one, two = AutosavePlace(tmp_path / "last.qdit4sr"), AutosavePlace(tmp_path / "last.qdit4sr")
    one.path().write_text("one")
    two.path().write_text("two")
    first, second = one.path(), two.path()
    os.utime(first, (4e9, 4e9))
    two.saved()
    one.release()
    two.release()
    later = AutosavePlace(first)
    assert later.newest() == second
    second.unlink()
    assert later.newest() == first
    later.release()
