"""A window with a tiny model, settings in a temporary file, and everything it says collected."""

import dataclasses
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QSettings
from pytestqt.qtbot import QtBot

from qdit4sr_core.models import SuperResolutionModel
from qdit4sr_gui.app import create_application
from qdit4sr_gui.state.view_image import ViewImage
from qdit4sr_gui.style.theme import apply_theme
from qdit4sr_gui.views.comparison_view import ComparisonView
from qdit4sr_gui.window.main_window import MainWindow
from qdit4sr_gui.window.questions import Questions
from qdit4sr_gui.window.settings import SettingsStore
from tests.hostile.good_files import write_model

from .view_gestures import HEIGHT, WIDTH, photo
from .waiting import wait_until


@pytest.fixture(scope="session")
def tiny_model(tiny_model: SuperResolutionModel) -> SuperResolutionModel:
    """With larger tiles: the sample photo takes 25 instead of 121, and a run a second instead of five."""
    return dataclasses.replace(tiny_model, sampling_defaults=tiny_model.sampling_defaults | {"tile": 32})


@pytest.fixture
def store(tmp_path):
    """Settings of a user whose last list was short: three variants are quick to run."""
    made = SettingsStore(QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat))
    made.save_variants(("fp", "rtn-w4a4", "q-dit4sr-w4a4"))
    return made


@pytest.fixture(scope="session")
def quantized_once():
    """Quantized tiny models, made once for all windows: calibrating them is most of a test's time."""
    from qdit4sr_core.quantized_models import QuantizedModels

    return QuantizedModels()


@pytest.fixture(autouse=True)
def user(monkeypatch):
    """Answers every question: what was asked, and the answers to give (else the last one offered)."""
    questions: list[str] = []
    answers: list[int | None] = []

    def choose(_self: object, question: str, offered: list[str]) -> int | None:
        questions.append(question)
        return answers.pop(0) if answers else len(offered) - 1

    def confirm(_self: object, question: str, yes: str, no: str) -> bool:
        return choose(_self, question, [no, yes]) == 1

    monkeypatch.setattr(Questions, "choose", choose)
    monkeypatch.setattr(Questions, "confirm", confirm)
    return questions, answers


@pytest.fixture
def window(qtbot, tiny_model, store, monkeypatch, quantized_once, tmp_path, user):
    """The window as a user finds it: the sample is open, the model is loaded."""
    apply_theme(create_application(), "dark")
    monkeypatch.setattr("qdit4sr_core.quantized_models.QuantizedModels", lambda: quantized_once)
    made = MainWindow(load_model=lambda choice, progress, cancelled: tiny_model, store=store)
    made.failures = []
    made.preferences.change(reveal_after_run=False)  # tests that look where the user looks turn it on
    shown = "qdit4sr_gui.window.questions.show_failure_box"
    monkeypatch.setattr(shown, lambda w, s, d: made.failures.append(s))
    made.questions, made.answers = user
    monkeypatch.setattr("qdit4sr_core.forecast.rates_file", lambda: tmp_path / "rates.json")
    made.resize(1400, 860)
    made.show()
    wait_until(lambda: made.runs.busy or made.workspace.model_hash != "", 20)
    wait_until(lambda: not made.runs.busy)
    made.photos.keep_welcome()  # most tests work with the sample, whatever they open beside it
    yield made
    if not made.close():  # it waits for what is being written
        made.close_at_once()
    made.deleteLater()  # its widgets would live on, and every later change of theme would visit them
    QCoreApplication.sendPostedEvents(made, QEvent.Type.DeferredDelete.value)


@pytest.fixture
def run(qtbot):
    """Run the window's current photo to the end."""

    def run_it(window):
        window.action_set.trigger("run")
        wait_until(lambda: not window.runs.running)
        wait_until(lambda: not window.measure.busy)

    return run_it


@pytest.fixture(scope="session")
def tiny_model_folder(tiny_model: SuperResolutionModel, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny model as `qdit4sr train` would have written it."""
    return write_model(tiny_model, tmp_path_factory.mktemp("tiny-model"))


@pytest.fixture
def images() -> list[ViewImage]:
    full = photo(1)
    return [
        ViewImage("fp", "Full precision", full, "NIQE 4.10"),
        ViewImage("rtn", "RTN W4A4", photo(2)),
        ViewImage("same", "Same again", full.copy()),
        ViewImage("lr", "Input (LR)", np.ascontiguousarray(full[::4, ::4])),
    ]


@pytest.fixture
def view(qtbot: QtBot, images: list[ViewImage]) -> ComparisonView:
    view = ComparisonView()
    qtbot.addWidget(view)
    view.resize(802, 602)
    view.show()
    view.set_images(images, (WIDTH, HEIGHT))
    qtbot.waitUntil(lambda: not view.image_set.busy)
    view.setFocus()
    view.state.set_cursor(None, None)  # the mouse may rest where the window appeared
    return view


@pytest.fixture
def settle(qtbot: QtBot, view: ComparisonView) -> Callable[[], None]:
    def wait() -> None:
        qtbot.waitUntil(lambda: not (view.image_set.busy or view.difference.maps.busy or view.state.moving))

    return wait
