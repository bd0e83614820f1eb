"""A session goes on with the model it was made with; nothing made before or after a run is lost unasked."""

import dataclasses

import pytest

from qdit4sr_core.session import load_session, save_session
from qdit4sr_gui.commands import menus
from qdit4sr_gui.commands.discovery import commands_in
from qdit4sr_gui.commands.registry import Registry
from qdit4sr_gui.controllers.session_document import session_of
from qdit4sr_gui.state.messages import RunRequest
from tests.e2e.waiting import wait_until

SPECS = ("fp", "rtn-w4a4")


def idle(studio):
    wait_until(lambda: not studio.runs.busy and not studio.runs.running)


def saved(fakes, path):
    """What the present studio would save, through a file."""
    studio = fakes.studio
    return load_session(save_session(session_of(studio.workspace, studio.sessions.state()), path))


@pytest.fixture
def session(fakes, studio, tmp_path):
    """Made with a model in a folder, seed 3; afterwards the user is back at the bundled model, seed 0."""
    folder = tmp_path / "model"
    folder.mkdir()
    studio.workspace.tick(SPECS)
    studio.preferences.change(model=str(folder), base=str(tmp_path / "base"), seed=3)
    fakes.add_photo()
    studio.runs.run_current()
    idle(studio)
    made = saved(fakes, tmp_path / "made.qdit4sr")
    studio.preferences.change(model="", base="", seed=0)
    studio.photos.remove([studio.workspace.current])
    fakes.inference.requests.clear()
    return made


def done(studio):
    photo = studio.workspace.photo()
    return [spec for spec in studio.workspace.specs if studio.workspace.pixels(photo, spec) is not None]


def test_the_sessions_model_base_and_seed_are_the_runs(fakes, studio, session, tmp_path):
    studio.sessions.show(session)
    assert done(studio) == ["fp", "rtn-w4a4"]
    studio.workspace.tick((*SPECS, "rtn-w8a8"))
    studio.runs.run_current()
    idle(studio)
    request = next(r for r in fakes.inference.requests if isinstance(r, RunRequest))
    assert request.specs == ("rtn-w8a8",)
    assert (request.model.folder, request.model.base) == (str(tmp_path / "model"), str(tmp_path / "base"))
    assert request.settings["seed"] == 3
    assert done(studio) == ["fp", "rtn-w4a4", "rtn-w8a8"]  # made before and after
    assert fakes.ask.said == ["The session is open."]


def test_the_users_own_model_is_back_at_the_next_start(studio, session):
    studio.sessions.show(session)
    assert studio.preferences.value.model != ""
    studio.preferences.change(hint_seen=True)
    assert (studio.preferences.stored.model, studio.preferences.stored.seed) == ("", 0)
    assert studio.preferences.stored.hint_seen


def test_results_saved_before_the_model_was_known_are_found_by_its_folder(studio, session):
    studio.sessions.show(dataclasses.replace(session, model_hash=""))
    assert done(studio) == ["fp", "rtn-w4a4"]


def test_a_session_of_a_model_that_is_gone_can_be_looked_at_and_is_run_anew_only_when_the_user_says_so(
    fakes, studio, session, tmp_path
):
    (tmp_path / "model").rmdir()
    studio.runs.warm_up()
    idle(studio)
    studio.sessions.show(session)
    assert done(studio) == ["fp", "rtn-w4a4"]
    assert "other weights" in fakes.ask.said[-1]
    studio.workspace.tick((*SPECS, "rtn-w8a8"))
    run = Registry(commands_in(menus))["run"]
    fakes.ask.confirms = False
    run.run(studio)
    assert not studio.runs.running
    assert done(studio) == ["fp", "rtn-w4a4"]
    fakes.ask.confirms = True
    run.run(studio)
    idle(studio)
    request = next(r for r in fakes.inference.requests if isinstance(r, RunRequest))
    assert request.specs == ("fp", "rtn-w4a4", "rtn-w8a8")  # one model for all, or they would not compare
    assert request.model.folder == ""
    assert done(studio) == ["fp", "rtn-w4a4", "rtn-w8a8"]


def test_bundled_weights_of_another_version_are_told(fakes, studio, tmp_path):
    studio.workspace.tick(SPECS)
    fakes.add_photo()
    studio.runs.run_current()
    idle(studio)
    old = saved(fakes, tmp_path / "old.qdit4sr")
    fakes.inference.weights[""] = "new weights"
    studio.runs.warm_up()
    idle(studio)
    studio.sessions.show(old)
    assert done(studio) == ["fp", "rtn-w4a4"]
    assert studio.runs.made_elsewhere
    assert "other weights" in fakes.ask.said[-1]
    assert "“Run again” makes all anew" in fakes.ask.said[-1]  # nothing is missing that Run would make
    studio.workspace.forget_results(studio.workspace.photo())
    studio.runs.run_current()
    idle(studio)
    assert studio.workspace.model_hash == "new weights"
    assert done(studio) == ["fp", "rtn-w4a4"]


def test_what_a_session_holds_and_this_program_does_not_know_is_one_sentence(fakes, studio, session):
    odd = dataclasses.replace(
        session,
        metrics=("psnr", "beauty"),
        variants=(*session.variants, "magic w4"),
        view=dataclasses.replace(session.view, mode="hologram"),
        measured_against="taste",
    )
    studio.sessions.show(odd)
    assert len(fakes.ask.failed) == 1
    for unknown in ("metric 'beauty'", "variant 'magic w4'", "view mode 'hologram'", "reference 'taste'"):
        assert unknown in fakes.ask.failed[0]
    assert done(studio) == ["fp", "rtn-w4a4"]
    assert (studio.measure.metrics, studio.measure.reference) == (("psnr",), "full precision")
    assert studio.view.mode == "grid"


def test_a_session_whose_photo_is_gone_leaves_everything_as_it_was(fakes, studio, session):
    fakes.add_photo("mine.png")
    photo = dataclasses.replace(session.photos[0].image, copy=None, path="/nowhere/cat.png")
    gone = dataclasses.replace(session, photos=(dataclasses.replace(session.photos[0], image=photo),))
    studio.sessions.show(gone)
    assert len(fakes.ask.failed) == 1
    assert studio.workspace.photo().name == "mine.png"
    assert studio.preferences.value.model == ""
