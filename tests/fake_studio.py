"""A studio without a window and without a model, for tests of commands, controllers and their contracts."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import QObject

from qdit4sr_core.compare import VariantResult
from qdit4sr_core.images import LoadedImage
from qdit4sr_core.inspection import ModelInspection
from qdit4sr_core.progress import Activity, Phase, stop_if
from qdit4sr_core.quantize.variants import Variant
from qdit4sr_gui.commands.studio import Studio
from qdit4sr_gui.controllers.blind import BlindController
from qdit4sr_gui.controllers.exports import Exports
from qdit4sr_gui.controllers.measurements import MeasurementController
from qdit4sr_gui.controllers.photos import PhotoController
from qdit4sr_gui.controllers.reveal import RevealController
from qdit4sr_gui.controllers.runs import RunController
from qdit4sr_gui.controllers.sessions import SessionKeeper
from qdit4sr_gui.controllers.sharing import Sharing
from qdit4sr_gui.controllers.summary import SummaryController
from qdit4sr_gui.state.messages import (
    Inspected,
    InspectRequest,
    RunProgress,
    RunRequest,
    VariantFinished,
    VariantStarted,
    WarmedUp,
    WarmUpRequest,
)
from qdit4sr_gui.state.method_catalogue import STARTING_CATALOGUE
from qdit4sr_gui.state.preferences import CurrentPreferences
from qdit4sr_gui.state.workspace import Workspace
from qdit4sr_gui.views.comparison_view import ComparisonView
from qdit4sr_gui.work.tasks import TaskRunner

WEIGHTS = "hash of the bundled weights"


class FakeInference:
    """Answers at once: a variant's picture has one grey level, its number in the request and the seed."""

    def __init__(self) -> None:
        self.requests: list[Any] = []
        self.weights: dict[str, str] = {"": WEIGHTS}
        """Hash of the weights by model folder; a folder that is not named is its own hash."""
        self.inspection: ModelInspection | None = None
        """What every inspection finds."""
        self.broken = ""
        """A variant that fails."""
        self.going = threading.Event()
        """While it is not set, a run waits after each variant has started, and can be cancelled."""
        self.going.set()

    def perform(self, request: Any, emit: Any, cancelled: Any) -> None:
        self.requests.append(request)
        weights = self.weights.get(request.model.folder, request.model.folder)
        if isinstance(request, WarmUpRequest):
            emit(WarmedUp(request.job, "fake", weights, {}, STARTING_CATALOGUE, "CPU"))
        elif isinstance(request, InspectRequest):
            emit(Inspected(request.job, request.spec, weights, self.inspection))
        elif isinstance(request, RunRequest):
            height, width = request.image.pixels.shape[:2]
            for index, spec in enumerate(request.specs):
                emit(VariantStarted(request.job, spec, f"<{spec}>", index, len(request.specs)))
                while not self.going.wait(0.01):
                    stop_if(cancelled)
                emit(RunProgress(request.job, spec, f"<{spec}>", 3, 4, Activity(Phase.SAMPLING, 3, 4)))
                variant, error = Variant(spec, f"<{spec}>", "method"), None
                pixels = noisy(height * 4, width * 4, index)
                if spec == self.broken:
                    pixels, error = None, "It is broken."
                emit(VariantFinished(request.job, spec, VariantResult(variant, pixels, error=error), weights))


class FakeAsk:
    """Answers from lists, and remembers what was said."""

    def __init__(self) -> None:
        self.paths: list[Path] = []
        self.confirms = True
        self.chosen: int | None = None
        self.last_saved: Path | None = None
        self.said: list[str] = []
        self.failed: list[str] = []
        self.questions: list[str] = []
        self.offered: list[str] = []
        """Names of files to save."""

    def _next(self) -> Path | None:
        return self.paths.pop(0) if self.paths else None

    def open_files(self, title: str, filters: str) -> list[Path]:
        paths, self.paths = self.paths, []
        return paths

    def open_file(self, title: str, filters: str) -> Path | None:
        return self._next()

    def folder(self, title: str, start: str = "") -> Path | None:
        return self._next()

    def folder_for(self, title: str) -> Path | None:
        return self._next()

    def save_file(self, title: str, name: str, filters: str) -> Path | None:
        self.offered.append(name)
        return self._next()

    def confirm(self, question: str, yes: str, no: str) -> bool:
        self.questions.append(question)
        return self.confirms

    def choose(self, question: str, answers: Sequence[str]) -> int | None:
        self.questions.append(question)
        return self.chosen

    def say(self, text: str) -> None:
        self.said.append(text)

    def saved(self, text: str, path: Path) -> None:
        self.said.append(text)
        self.last_saved = path

    def show_saved(self) -> None:
        self.said.append(f"show {self.last_saved}")

    def fail(self, sentence: str, details: str = "") -> None:
        self.failed.append(sentence)


class FakeShell:
    """Remembers what was asked of the frame, whatever it is."""

    def __init__(self) -> None:
        self.full_screen = False
        self.done: list[tuple[Any, ...]] = []

    def set_full_screen(self, on: bool) -> None:
        self.full_screen = on

    def __getattr__(self, verb: str) -> Any:
        return lambda *given: self.done.append((verb, *given))


class FakeStudio:
    """`studio`, and behind it the fakes; `close` ends its threads."""

    def __init__(self) -> None:
        self.owner = QObject()
        self.inference = FakeInference()
        self.ask, self.shell = FakeAsk(), FakeShell()
        self.tasks = TaskRunner(self.owner)
        view, preferences = ComparisonView(), CurrentPreferences()
        workspace = Workspace(specs=("fp", "rtn-w4a4", "q-dit4sr-w4a4"))
        runs = RunController(workspace, self.inference, self.owner)  # type: ignore[arg-type]
        runs.set_preferences(preferences.value)
        preferences.changed.connect(lambda new, _old: runs.set_preferences(new))
        runs.failed.connect(self.ask.fail)
        runs.noted.connect(self.ask.say)
        measure = MeasurementController(workspace, view.state.regions, self.owner)
        measure.set_metrics(("psnr", "ssim"))
        self.reveal = RevealController(workspace, view, self.owner)
        self.reveal.automatic = False
        sessions = SessionKeeper(workspace, view, measure, runs, preferences, self.ask, self.owner)
        photos = PhotoController(workspace, self.tasks, self.owner)
        photos.failed.connect(self.ask.fail)
        exports = Exports(workspace, view, measure, sessions, self.tasks, self.ask, self.owner)
        self.summary = SummaryController(workspace, self.owner)
        sharing = Sharing(
            workspace, view, self.summary, exports.session_maker, self.tasks, self.ask, self.owner
        )
        self.studio = Studio(
            workspace=workspace,
            photos=photos,
            runs=runs,
            regions=view.state.regions,
            view=view,
            measure=measure,
            reveal=self.reveal,
            blind=BlindController(workspace, view, measure, self.owner),
            exports=exports,
            sharing=sharing,
            sessions=sessions,
            preferences=preferences,
            ask=self.ask,
            shell=self.shell,  # type: ignore[arg-type]
        )

    def add_photo(self, name: str = "cat.png", side: int = 16, seed: int = 0) -> str:
        """A noisy photo; returns its key."""
        image = LoadedImage(noisy(side, side, seed), sha256=f"{name} {side} {seed}")
        photo = self.studio.workspace.add(image, name)
        self.studio.view.state.set_canvas(4 * side, 4 * side)
        return photo.key

    def close(self) -> None:
        self.studio.measure.close()
        self.reveal.close()
        self.summary.close()
        self.tasks.close()
        self.studio.runs.close()


def noisy(height: int, width: int, seed: int) -> np.ndarray:
    """uint8 (height, width, 3)."""
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3)).astype(np.uint8)
