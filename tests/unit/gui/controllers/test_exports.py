import threading
from types import SimpleNamespace

import numpy as np
import pytest

from qdit4sr_core.errors import OutputError
from qdit4sr_core.figures import FigureOptions
from qdit4sr_core.progress import stop_if
from qdit4sr_gui.controllers import exports
from tests.e2e.waiting import wait_until


def test_a_session_that_cannot_be_kept_is_told_once(fakes, studio, tmp_path):
    fakes.add_photo()
    closed = tmp_path / "file"
    closed.write_bytes(b"")
    filed = []
    studio.exports.sessionFiled.connect(filed.append)
    for _ in range(2):
        studio.exports.autosave(closed / "last.qdit4sr")
        wait_until(lambda: not studio.exports._tasks.busy)
    assert len(fakes.ask.failed) == 1
    told = str(fakes.ask.failed[0])
    assert "The session" in told  # nobody chose the folder: it alone would say nothing
    assert "last.qdit4sr could not be written" in told
    studio.exports.autosave(tmp_path / "last.qdit4sr")
    wait_until(lambda: filed)
    studio.exports.autosave(closed / "last.qdit4sr")
    wait_until(lambda: len(fakes.ask.failed) == 2)


def test_a_home_that_cannot_be_written_to_is_told_as_the_place_of_the_session(fakes, studio, tmp_path):
    fakes.add_photo()
    (tmp_path / "home").write_bytes(b"")
    with pytest.raises(OutputError, match=r"^The session .*last\.qdit4sr could not be written: "):
        studio.exports.save_at_close(tmp_path / "home" / "data" / "last.qdit4sr")
    studio.exports.save_at_close(tmp_path / "new" / "data" / "last.qdit4sr")
    assert (tmp_path / "new" / "data" / "last.qdit4sr").is_file()


def test_a_preview_that_is_stale_before_its_turn_is_never_drawn(fakes, studio, monkeypatch):
    fakes.add_photo()
    drawn, shown, hold = [], [], threading.Event()

    def figure(_session, options, cancelled, **_named):
        drawn.append(options.dpi)
        hold.wait(10)
        return SimpleNamespace(render=lambda: np.zeros((1, 1, 3), np.uint8), note="")

    monkeypatch.setattr(exports, "session_figure", figure)
    for dpi in (50, 60, 70, 80):
        studio.exports.draw_figure(FigureOptions(dpi=dpi), shown.append, fakes.ask.fail)
    wait_until(lambda: drawn)
    hold.set()
    wait_until(lambda: shown)
    assert set(drawn) <= {50, 80}  # what waited was left out
    assert len(shown) == 1
    assert not fakes.ask.failed


def test_a_closed_dialog_stops_its_preview(fakes, studio, monkeypatch):
    fakes.add_photo()
    begun, told, hold = threading.Event(), [], threading.Event()

    def figure(_session, options, cancelled, **_named):
        begun.set()
        hold.wait(10)
        told.append(cancelled())
        stop_if(cancelled)

    monkeypatch.setattr(exports, "session_figure", figure)
    shown = []
    studio.exports.draw_figure(FigureOptions(), shown.append, fakes.ask.fail)
    wait_until(begun.is_set)
    studio.exports.forget_previews()
    hold.set()
    wait_until(lambda: told)
    assert told == [True]
    assert shown == fakes.ask.failed == []
