"""The worker thread: reports arrive in the window's thread, cancel is at once, errors end a job."""

import threading

import pytest
from PySide6.QtCore import QObject, QThread, Slot

from qdit4sr_core.errors import ImageError
from qdit4sr_core.progress import stop_if
from qdit4sr_gui.state.messages import JobEnded, JobFailed, VariantStarted, WarmUpRequest
from qdit4sr_gui.work.jobs import JobRunner


class Listener(QObject):
    def __init__(self):
        super().__init__()
        self.reports = []
        self.threads = set()

    @Slot(object)
    def take(self, report):
        self.reports.append(report)
        self.threads.add(QThread.currentThread())


@pytest.fixture
def make_runner(qtbot):
    made = []

    def make(perform):
        runner = JobRunner(perform)
        listener = Listener()
        runner.reported.connect(listener.take)
        made.append(runner)
        return runner, listener

    yield make
    for runner in made:
        assert runner.close()


def ended(listener, count=1):
    return lambda: sum(isinstance(r, JobEnded | JobFailed) for r in listener.reports) >= count


def test_work_happens_elsewhere_and_reports_arrive_here(qtbot, make_runner):
    worked_in = []

    def perform(request, emit, cancelled):
        worked_in.append(QThread.currentThread())
        emit(VariantStarted(request.job, "fp", "Full precision", 0, 1))

    runner, listener = make_runner(perform)
    runner.submit(WarmUpRequest(runner.next_job()))
    qtbot.waitUntil(ended(listener))
    assert listener.threads == {QThread.currentThread()}
    assert worked_in[0] is not QThread.currentThread()
    assert [type(r) for r in listener.reports] == [VariantStarted, JobEnded]
    assert runner.active is None


def test_jobs_run_one_after_the_other_in_order(qtbot, make_runner):
    order = []
    runner, listener = make_runner(lambda request, emit, cancelled: order.append(request.job))
    for _ in range(5):
        runner.submit(WarmUpRequest(runner.next_job()))
    qtbot.waitUntil(ended(listener, 5))
    assert order == [1, 2, 3, 4, 5]


def test_cancel_stops_the_active_job_and_forgets_the_waiting(qtbot, make_runner):
    begun = threading.Event()

    def perform(request, emit, cancelled):
        begun.set()
        while True:
            stop_if(cancelled)

    runner, listener = make_runner(perform)
    runner.submit(WarmUpRequest(runner.next_job()))
    runner.submit(WarmUpRequest(runner.next_job()))
    assert begun.wait(5)
    runner.cancel()
    qtbot.waitUntil(ended(listener))
    assert listener.reports == [JobEnded(1, cancelled=True)]
    assert runner.pending == ()


def test_a_job_after_a_cancelled_one_runs(qtbot, make_runner):
    ran = []

    def perform(request, emit, cancelled):
        while request.job == 1:
            stop_if(cancelled)
        ran.append(cancelled())

    runner, listener = make_runner(perform)
    runner.submit(WarmUpRequest(runner.next_job()))
    runner.cancel()
    runner.submit(WarmUpRequest(runner.next_job()))
    qtbot.waitUntil(ended(listener, 2))
    assert ran == [False]


def test_pause_holds_the_queue(qtbot, make_runner):
    ran = []
    runner, listener = make_runner(lambda request, emit, cancelled: ran.append(request.job))
    runner.set_paused(True)
    runner.submit(WarmUpRequest(runner.next_job()))
    assert runner.active is None
    assert len(runner.pending) == 1
    runner.set_paused(False)
    qtbot.waitUntil(ended(listener))
    assert ran == [1]


def test_errors_become_one_sentence_with_details_and_the_next_job_runs(qtbot, make_runner):
    def perform(request, emit, cancelled):
        if request.job == 1:
            raise ImageError("photo.png is empty.")
        if request.job == 2:
            raise ZeroDivisionError("oops")

    runner, listener = make_runner(perform)
    for _ in range(3):
        runner.submit(WarmUpRequest(runner.next_job()))
    qtbot.waitUntil(ended(listener, 3))
    first, second, third = listener.reports
    assert first.sentence == "photo.png is empty."
    assert "ZeroDivisionError: oops" in second.sentence
    assert "Traceback" in second.details
    assert third == JobEnded(3)


def test_reports_of_another_job_are_dropped(qtbot, make_runner):
    def perform(request, emit, cancelled):
        emit(VariantStarted(request.job + 7, "fp", "stale", 0, 1))

    runner, listener = make_runner(perform)
    runner.submit(WarmUpRequest(runner.next_job()))
    qtbot.waitUntil(ended(listener))
    assert listener.reports == [JobEnded(1)]


def test_unwanted_jobs_are_withdrawn_and_the_others_go_on(qtbot, make_runner):
    order = []

    def perform(request, emit, cancelled):
        order.append(request.job)
        while request.job == 1:
            stop_if(cancelled)

    runner, listener = make_runner(perform)
    for _ in range(4):
        runner.submit(WarmUpRequest(runner.next_job()))
    qtbot.waitUntil(lambda: order == [1])
    runner.withdraw(lambda request: request.job in (1, 3))
    runner.withdraw(lambda request: request.job in (1, 3))
    qtbot.waitUntil(ended(listener, 3))
    assert order == [1, 2, 4]
    assert [r.cancelled for r in listener.reports if isinstance(r, JobEnded)] == [True, False, False]
