"""What the worker reports is shown where it belongs: status bar, pane, inspector, tip of Run."""

from types import SimpleNamespace

import numpy as np
import pytest

from qdit4sr_core.inspection import LayerSpectrum, ModelInspection
from qdit4sr_core.progress import Activity, Phase
from qdit4sr_gui.panels.inspector import InspectorPanel
from qdit4sr_gui.panels.status import StatusPanel, estimate_sentence, estimate_text
from qdit4sr_gui.panels.variants import VariantsPanel
from qdit4sr_gui.state.messages import Inspected, RunProgress
from qdit4sr_gui.style.translation import install_language
from qdit4sr_gui.window.run_display import RunDisplay
from tests.e2e.waiting import wait_until


class Inspector(InspectorPanel):
    """Remembers what it was given."""

    def __init__(self):
        super().__init__()
        self.given = []

    def show_inspection(self, subject, spec, inspection):
        self.given.append((subject, spec, inspection))

    def show_spectrum(self, subject, spec, spectrum):
        self.given.append((subject, spec, spectrum))


@pytest.fixture
def panels(qapp):
    return SimpleNamespace(status=StatusPanel(), variants=VariantsPanel(), inspector=Inspector())


@pytest.fixture
def display(fakes, studio, panels):
    return RunDisplay(studio, panels, fakes.owner)


def at(step, **fields):
    return RunProgress(1, "fp", "Full precision", step, 4, Activity(Phase.SAMPLING, step, 4), **fields)


def test_progress_is_told_in_the_status_bar_in_the_users_language(display, studio, panels, qapp):
    studio.runs.progressed.emit(at(2, seconds_left=130.0))
    assert panels.status.job.text() == "Full precision, step 2 of 4, 2 min 10 s left"
    assert (panels.status.bar.value(), panels.status.bar.maximum()) == (2, 4)
    install_language(qapp, "zh")
    try:
        studio.runs.progressed.emit(at(3))
        assert panels.status.job.text() == "全精度，第 3 步，共 4 步"
    finally:
        install_language(qapp, "en")


def test_a_model_that_is_loaded_has_no_variant(display, studio, panels):
    loading = RunProgress(1, "", "", 5, 50, Activity(Phase.LOADING, 5, 50))
    studio.runs.progressed.emit(loading)
    assert panels.status.job.text() == "loading the model, tensor 5 of 50"


def test_the_pane_shows_the_progress_of_its_own_photo_alone(display, fakes, studio, monkeypatch):
    fakes.add_photo()
    shown = []
    monkeypatch.setattr(studio.view, "set_progress", lambda *given: shown.append(given))
    monkeypatch.setattr(studio.runs, "running_photo", lambda: "another photo")
    studio.runs.progressed.emit(at(1))
    assert shown == []
    monkeypatch.setattr(studio.runs, "running_photo", lambda: studio.workspace.current)
    studio.runs.progressed.emit(at(1))
    assert shown == [("fp", 1, 4, "step 1 of 4")]


def test_stopping_and_the_end_are_told(display, fakes, studio, panels):
    fakes.add_photo()
    studio.runs.warm_up()
    studio.runs.stopping.emit()
    assert panels.status.job.text() == "Stopping after this step …"
    studio.runs.run_current()
    wait_until(lambda: not studio.runs.busy)
    assert panels.status.job.text() == "Ready"
    assert panels.status.device.text().startswith("CPU, threads: ")


def test_a_long_run_is_announced_and_a_short_one_is_in_the_tip(display, fakes, studio, panels, monkeypatch):
    tips = []
    display.estimated.connect(tips.append)
    for seconds in (130.0, 20.0, None):
        cost = SimpleNamespace(seconds=seconds, memory_bytes=10**9)
        monkeypatch.setattr(studio.runs, "estimate", lambda _photos, cost=cost: cost)
        fakes.add_photo(f"{seconds}.png")
        assert tips[-1] == estimate_text(seconds, 10**9)
        assert panels.status.job.text() == (
            "Ready – about 2 min 10 s and 1.0 GB" if seconds == 130 else "Ready"
        )


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (130.0, "about 2 min 10 s and 1.5 GB"),
        (0.0, ""),
        (None, "the time is not known before the first run; about 1.5 GB"),
    ],
)
def test_an_estimate_reads_as_people_say_it(seconds, text):
    assert estimate_text(seconds, 1_500_000_000) == text


def test_inspections_reach_the_inspector(display, studio, panels):
    inspection = ModelInspection((), 4, 0)
    spectrum = LayerSpectrum("a", *(np.ones(3),) * 3)
    studio.runs.inspected.emit("subject", Inspected(1, "rtn-w4a4", "weights", inspection))
    studio.runs.inspected.emit("subject", Inspected(1, "rtn-w4a4", "weights", spectrum=spectrum))
    assert panels.inspector.given == [("subject", "rtn-w4a4", inspection), ("subject", "rtn-w4a4", spectrum)]


def test_what_the_inspector_asks_is_asked_for_the_photo_shown(display, fakes, studio, panels, monkeypatch):
    asked = []
    monkeypatch.setattr(studio.runs, "inspect", lambda photo, *given: asked.append((photo.name, *given)))
    panels.inspector.inspectionWanted.emit("rtn-w4a4")
    assert asked == []  # no photo
    fakes.add_photo()
    panels.inspector.inspectionWanted.emit("rtn-w4a4")
    panels.inspector.spectrumWanted.emit("rtn-w4a4", "blocks.0")
    assert asked == [("cat.png", "rtn-w4a4", ""), ("cat.png", "rtn-w4a4", "blocks.0")]


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (None, "It needs about 1.5 GB; how long it takes is known after the first run."),
        (0.0, ""),
        (130.0, "That takes about 2 min 10 s and 1.5 GB."),
    ],
)
def test_the_cost_as_a_sentence(seconds, text):
    assert estimate_sentence(seconds, 1_500_000_000) == text
