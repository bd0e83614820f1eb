"""Small jobs call back in the window's thread; a newer one of the same kind replaces the older."""

import threading

import pytest
from PySide6.QtCore import QThread

from qdit4sr_core.errors import Cancelled, ImageError
from qdit4sr_gui.work.tasks import TaskRunner, telling


@pytest.fixture
def tasks(qapp):
    runner = TaskRunner()
    yield runner
    runner.close()


def never(error, details):
    raise AssertionError(details)


def test_work_elsewhere_call_back_here(tasks, qtbot):
    seen = []
    tasks.submit(
        lambda cancelled: threading.get_ident(),
        lambda value: seen.append((value, QThread.currentThread())),
        never,
    )
    qtbot.waitUntil(lambda: seen != [])
    assert seen[0][0] != threading.get_ident()
    assert seen[0][1] is QThread.currentThread()
    assert not tasks.busy


def test_a_newer_task_of_a_kind_replaces_the_older(tasks, qtbot):
    release, seen = threading.Event(), []

    def old(cancelled):
        release.wait(5)
        return "told to stop" if cancelled() else "old"

    tasks.submit(old, seen.append, never, kind="plot")
    tasks.submit(lambda cancelled: "new", seen.append, never, kind="plot")
    release.set()
    qtbot.waitUntil(lambda: seen == ["new"])


def test_a_task_made_stale_while_it_waits_never_starts(tasks, qtbot):
    release, ran, seen = threading.Event(), [], []

    def busy(cancelled):
        release.wait(5)

    def note(name):
        return lambda cancelled: ran.append(name) or name

    tasks.submit(busy, never, never, kind="other")
    tasks.submit(note("stale"), never, never, kind="preview")
    tasks.submit(note("new"), seen.append, never, kind="preview")
    tasks.drop("other")
    release.set()
    qtbot.waitUntil(lambda: seen == ["new"])
    assert ran == ["new"]


def test_errors_are_handed_over_and_cancelled_ones_are_not(tasks, qtbot):
    errors = []

    def fail(cancelled):
        raise ImageError("photo.png is empty.")

    def stop(cancelled):
        raise Cancelled

    tasks.submit(stop, never, lambda error, details: errors.append(error))
    tasks.submit(fail, never, lambda error, details: errors.append(error))
    qtbot.waitUntil(lambda: not tasks.busy)
    assert [str(error) for error in errors] == ["photo.png is empty."]


def test_only_an_error_that_nobody_foresaw_is_told_with_details(tasks, qtbot):
    told = []

    def fail(error):
        def work(_cancelled):
            raise error

        return work

    for error in (ImageError("photo.png is empty."), ZeroDivisionError("by zero")):
        tasks.submit(fail(error), never, telling(lambda *told_of: told.append(told_of)))
    qtbot.waitUntil(lambda: not tasks.busy)
    (foreseen, nothing), (sentence, details) = told
    assert (foreseen, nothing) == ("photo.png is empty.", "")
    assert sentence.startswith("Something went wrong that should not: ZeroDivisionError: by zero.")
    assert "Traceback" in details


def test_nothing_calls_back_after_close(qapp, qtbot):
    runner, seen = TaskRunner(), []
    runner.submit(lambda cancelled: 1, seen.append, never)
    runner.close()
    runner.submit(lambda cancelled: 2, seen.append, never)
    qtbot.wait(50)
    assert seen == []


def test_what_the_user_asked_to_be_written_is_written_before_the_end(qapp, capsys):
    runner, gate, written = TaskRunner(), threading.Event(), []

    def refuse(_cancelled):
        raise ImageError("The disk is full.")

    runner.submit(lambda cancelled: gate.wait(5), never, never)
    runner.submit(lambda cancelled: written.append(cancelled()), never, never, writes=True)
    runner.submit(refuse, never, never, writes=True)
    runner.submit(lambda cancelled: written.append("read"), never, never)
    assert runner.writing
    gate.set()
    runner.close()
    assert written == [False]
    assert "The disk is full." in capsys.readouterr().err


def test_the_end_of_writing_is_told_with_whether_it_went_well(tasks, qtbot):
    told = []
    tasks.written.connect(told.append)

    def refuse(_cancelled):
        raise ImageError("The disk is full.")

    for works in ((bool,), (refuse, bool), (bool,)):
        for work in works:
            tasks.submit(work, lambda _: None, lambda *_: None, writes=True)
        tasks.submit(bool, lambda _: None, never)
        qtbot.waitUntil(lambda: not tasks.busy)
    assert told == [True, False, True]
