"""Runs: what is asked of the worker, and where its reports go."""

import threading
from dataclasses import replace

import pytest

from qdit4sr_core.progress import Activity, Phase, stop_if
from qdit4sr_gui.controllers.pane_images import view_images
from qdit4sr_gui.controllers.runs import share_of
from qdit4sr_gui.state.messages import InspectRequest, Preview, RunProgress, RunRequest, VariantStarted
from tests.e2e.waiting import wait_until
from tests.fake_studio import WEIGHTS, noisy


@pytest.fixture
def runs(studio):
    return studio.runs


def idle(runs):
    wait_until(lambda: not runs.busy and not runs.running)


def test_results_are_filed_under_what_they_were_made_with(studio, fakes, runs):
    fakes.add_photo()
    told = []
    studio.workspace.results_changed.connect(told.append)
    runs.run_current()
    idle(runs)
    photo = studio.workspace.photo()
    assert studio.workspace.missing(photo) == ()
    assert studio.workspace.model_hash == WEIGHTS
    assert studio.workspace.label("rtn-w4a4") == "<rtn-w4a4>"
    assert photo.key in told
    assert not runs.run(photo)


def test_only_what_is_missing_is_asked_for_and_a_failed_variant_is_missing(studio, fakes, runs):
    fakes.add_photo()
    fakes.inference.broken = "rtn-w4a4"
    runs.run_current()
    idle(runs)
    assert studio.workspace.result(studio.workspace.photo(), "rtn-w4a4").error == "It is broken."
    fakes.inference.broken = ""
    runs.run_current()
    idle(runs)
    asked = [request.specs for request in fakes.inference.requests if isinstance(request, RunRequest)]
    assert asked == [("fp", "rtn-w4a4", "q-dit4sr-w4a4"), ("rtn-w4a4",)]


def test_other_settings_make_results_missing_and_come_back(studio, fakes, runs):
    fakes.add_photo()
    runs.run_current()
    idle(runs)
    studio.preferences.change(seed=5)
    assert len(studio.workspace.missing(studio.workspace.photo())) == 3
    studio.preferences.change(seed=0)
    assert studio.workspace.missing(studio.workspace.photo()) == ()


def test_a_finished_variant_is_no_longer_the_running_one(studio, fakes, runs):
    fakes.add_photo()
    seen = []
    studio.workspace.results_changed.connect(lambda key: key and seen.append(runs.running_spec))
    runs.run_current()
    idle(runs)
    assert seen == ["", "", ""]


def test_a_photo_that_is_gone_gets_no_result(studio, fakes, runs):
    key = fakes.add_photo()
    runs.run_current()
    studio.photos.remove([key])
    idle(runs)
    assert studio.workspace.photos == []


def test_taking_a_photo_out_ends_its_run_and_the_others_go_on(studio, fakes, runs):
    first, second, third = (fakes.add_photo(name) for name in ("a.png", "b.png", "c.png"))
    fakes.inference.going.clear()
    for photo in list(studio.workspace.photos):
        runs.run(photo)
    wait_until(lambda: runs.running_spec == "fp")
    studio.photos.remove([first, second])
    wait_until(lambda: runs.running_photo() == third)
    assert runs.waiting_photos() == []
    fakes.inference.going.set()
    idle(runs)
    assert studio.workspace.missing(studio.workspace.photo(third)) == ()
    studio.workspace.removals.undo()
    assert [len(studio.workspace.missing(photo)) for photo in studio.workspace.photos] == [3, 3, 0]
    assert [r.photo for r in fakes.inference.requests if isinstance(r, RunRequest)] == [first, third]


def test_opening_a_session_ends_the_runs_of_the_photos_before(studio, fakes, runs):
    fakes.add_photo()
    fakes.inference.going.clear()
    runs.run_current()
    wait_until(lambda: runs.running_spec == "fp")
    with studio.workspace.replacing():
        studio.workspace.photos.clear()
    idle(runs)
    assert fakes.ask.failed == []


def test_an_inspection_is_handed_on_with_what_it_holds_for(studio, fakes, runs):
    fakes.add_photo("a.png")
    first = studio.workspace.photo()
    runs.run_current()  # the weights are known from now on
    idle(runs)
    holds = studio.workspace.result_key(first, "")
    fakes.inference.requests.clear()
    handed = []
    runs.inspected.connect(lambda subject, report: handed.append((subject, report.spec)))
    runs.inspect(first, "rtn-w4a4")
    fakes.add_photo("b.png", seed=9)
    studio.preferences.change(seed=9)
    idle(runs)
    assert handed == [(holds, "rtn-w4a4")]
    assert studio.workspace.result_key(first, "") != holds  # of other settings
    assert all(isinstance(request, InspectRequest) for request in fakes.inference.requests)


def test_an_inspection_of_a_photo_that_was_taken_out_is_forgotten(studio, fakes, runs):
    fakes.add_photo("a.png")
    handed = []
    runs.inspected.connect(lambda *given: handed.append(given))
    runs.inspect(studio.workspace.photo(), "rtn-w4a4")
    studio.workspace.remove(studio.workspace.current)
    idle(runs)
    assert handed == []


def test_results_that_arrive_and_results_of_a_session_are_summed_up(studio, fakes, runs, tmp_path):
    from qdit4sr_core.session import load_session, save_session
    from qdit4sr_gui.controllers.session_document import session_of

    fakes.summary.set_wanted(True)
    fakes.add_photo()
    runs.run_current()
    idle(runs)
    made = fakes.summary.evaluation().records[0]["variants"]
    assert set(made) == set(studio.workspace.specs)
    session = session_of(studio.workspace, studio.sessions.state())
    studio.sessions.show(load_session(save_session(session, tmp_path / "a.qdit4sr")))
    reopened = fakes.summary.evaluation().records[0]["variants"]
    assert {key: entry["values"] for key, entry in reopened.items()} == {
        key: entry["values"] for key, entry in made.items()
    }


def test_how_much_of_a_run_is_done_goes_by_time_or_else_by_variants():
    told = RunProgress(1, "fp", "FP", 3, 12, Activity(Phase.SAMPLING, 3, 12), variant=2, variants=4)
    assert share_of(told) == pytest.approx(1.25 / 4)
    assert share_of(replace(told, seconds_left=30.0, seconds_total=40.0)) == pytest.approx(0.25)


def test_the_bar_waits_when_a_run_takes_longer_than_thought_and_begins_anew_with_the_next(
    studio, fakes, runs, monkeypatch
):
    times = iter([(47.0, 100.0), (60.0, 120.0), (30.0, 120.0), (90.0, 100.0)])
    monkeypatch.setattr(runs.forecast, "update", lambda _report: next(times))
    fakes.add_photo()
    told = []
    runs.progressed.connect(told.append)
    runs.run_current()
    idle(runs)
    assert [report.share for report in told] == pytest.approx([0.53, 0.53, 0.75])
    studio.workspace.tick((*studio.workspace.specs, "rtn-w3a3"))
    runs.run_current()
    idle(runs)
    assert told[-1].share == pytest.approx(0.1)


def test_variants_are_counted_over_all_photos_of_a_run(studio, fakes, runs):
    for name in ("a.png", "b.png", "c.png"):
        fakes.add_photo(name)
    told = []
    runs.progressed.connect(told.append)
    fakes.inference.going.clear()
    for photo in list(studio.workspace.photos):
        runs.run(photo)
    wait_until(lambda: runs.running_spec == "fp")
    studio.photos.remove([studio.workspace.photos[1].key])
    fakes.inference.going.set()
    idle(runs)
    assert [report.variant for report in told] == [1, 2, 3, 4, 5, 6]
    assert {report.variants for report in told[1:]} == {6}
    shares = [report.share for report in told]
    assert shares == sorted(shares)
    assert shares[-1] > 0.8


def test_a_cancelled_run_says_what_was_cancelled_and_what_is_done(fakes, studio):
    key = fakes.add_photo("cat.png")
    fakes.inference.going.clear()
    studio.runs.run_current()
    wait_until(lambda: studio.runs.running_spec == "fp")
    fakes.inference.going.set()
    wait_until(lambda: not studio.runs.busy)
    studio.workspace.tick((*studio.workspace.specs, "rtn-w3a3"))
    fakes.inference.going.clear()
    studio.runs.run_current()
    wait_until(lambda: studio.runs.running_spec == "rtn-w3a3" and studio.runs.running_photo() == key)
    studio.runs.cancel()
    wait_until(lambda: not studio.runs.busy)
    assert fakes.ask.said[-1] == "cat.png: the run was cancelled with 3 of 4 variants done."


def test_a_cancelled_variant_says_how_far_it_was_until_it_begins_again(studio, fakes, runs):
    key = fakes.add_photo("cat.png")
    stop = threading.Event()

    def perform(request, emit, cancelled):
        emit(VariantStarted(request.job, "fp", "<fp>", 0, 3))
        emit(RunProgress(request.job, "fp", "<fp>", 3, 4, Activity(Phase.SAMPLING, 3, 4)))
        emit(Preview(request.job, "fp", noisy(64, 64, 0)))
        while not stop.wait(0.01):
            stop_if(cancelled)

    usual, runs._jobs._worker._perform = fakes.inference.perform, perform
    runs.run_current()
    wait_until(lambda: runs.preview(key, "fp") is not None)
    studio.workspace.tick(())
    runs.cancel()
    idle(runs)
    assert fakes.ask.said[-1] == "cat.png: the run was cancelled."
    studio.workspace.tick(("fp", "rtn-w4a4"))
    stopped, waiting = view_images(studio.workspace, runs, show_input=False)
    assert stopped.chip_line == "cancelled (step 3 of 4)"
    assert waiting.chip_line == ""
    assert runs.preview(key, "fp") is not None
    runs._jobs._worker._perform = usual
    runs.run_current()
    idle(runs)
    assert runs.cancelled_at(key, "fp") is None
    assert runs.preview(key, "fp") is None


def test_an_inspection_hides_no_results_of_other_weights(studio, fakes, runs):
    fakes.add_photo()
    runs.run_current()
    idle(runs)
    photo = studio.workspace.photo()
    done, shown = studio.workspace.done(photo), studio.workspace.result_key(photo, "")
    fakes.inference.weights[""] = "others"  # as for a session of an earlier model
    handed = []
    runs.inspected.connect(lambda subject, _report: handed.append(subject))
    runs.inspect(photo, "rtn-w4a4")
    idle(runs)
    assert studio.workspace.done(photo) == done > 0
    assert handed == [shown]  # it is seen beside them
    assert runs.made_elsewhere
