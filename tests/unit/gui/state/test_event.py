"""An event reaches every listener, whatever the others do."""

import gc
import sys

import pytest

from qdit4sr_gui.state.event import event


class Model:
    changed = event(int)


@pytest.fixture
def uncaught(monkeypatch):
    errors = []
    monkeypatch.setattr(sys, "excepthook", lambda _kind, error, _trace: errors.append(str(error)))
    return errors


def test_a_listener_that_raises_stops_no_other_and_its_error_is_not_lost(uncaught):
    model, heard = Model(), []

    def fail(number):
        raise RuntimeError(f"out of tune at {number}")

    model.changed.connect(fail)
    model.changed.connect(heard.append)
    model.changed.emit(1)
    model.changed.emit(2)
    assert heard == [1, 2]
    assert uncaught == ["out of tune at 1", "out of tune at 2"]


def test_an_event_told_by_a_listener_comes_at_once_to_all(uncaught):
    model, heard = Model(), []

    def again(number):
        if number < 3:
            model.changed.emit(number + 1)
        heard.append(number)

    model.changed.connect(again)
    model.changed.emit(1)
    assert heard == [3, 2, 1]
    assert uncaught == []


def test_a_listener_whose_object_is_gone_is_forgotten(uncaught):
    class Panel:
        def show(self, number):
            raise AssertionError(number)

    model, panel = Model(), Panel()
    model.changed.connect(panel.show)
    del panel
    gc.collect()
    model.changed.emit(1)
    assert uncaught == []
    assert len(model.changed) == 0


def test_interrupts_pass(uncaught):
    model = Model()

    def interrupt(_number):
        raise KeyboardInterrupt

    model.changed.connect(interrupt)
    with pytest.raises(KeyboardInterrupt):
        model.changed.emit(1)
    assert uncaught == []
