"""The controllers behind the panes and panels."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject

from qdit4sr_gui.controllers.ask import Ask
from qdit4sr_gui.controllers.blind import BlindController
from qdit4sr_gui.controllers.exports import Exports
from qdit4sr_gui.controllers.measurements import MeasurementController
from qdit4sr_gui.controllers.photos import PhotoController
from qdit4sr_gui.controllers.reveal import RevealController
from qdit4sr_gui.controllers.runs import RunController
from qdit4sr_gui.controllers.sessions import SessionKeeper
from qdit4sr_gui.controllers.sharing import Sharing
from qdit4sr_gui.controllers.summary import SummaryController
from qdit4sr_gui.state.preferences import CurrentPreferences
from qdit4sr_gui.state.workspace import Workspace
from qdit4sr_gui.views.comparison_view import ComparisonView
from qdit4sr_gui.work.inference import Inference, ModelLoader
from qdit4sr_gui.work.tasks import TaskRunner


@dataclass(frozen=True, eq=False)
class ControllerSet:
    """One of each; `parent` of `make` owns them."""

    photos: PhotoController
    runs: RunController
    measure: MeasurementController
    reveal: RevealController
    blind: BlindController
    summary: SummaryController
    sessions: SessionKeeper
    exports: Exports
    sharing: Sharing

    @classmethod
    def make(
        cls,
        workspace: Workspace,
        view: ComparisonView,
        preferences: CurrentPreferences,
        tasks: TaskRunner,
        ask: Ask,
        load_model: ModelLoader,
        parent: QObject,
    ) -> ControllerSet:
        """All of them for a workspace and its panes, as the preferences want them."""
        photos = PhotoController(workspace, tasks, parent)
        runs = RunController(workspace, Inference(load_model), parent)
        measure = MeasurementController(workspace, view.state.regions, parent)
        reveal = RevealController(workspace, view, parent)
        blind = BlindController(workspace, view, measure, parent)
        summary = SummaryController(workspace, parent)
        sessions = SessionKeeper(workspace, view, measure, runs, preferences, ask, parent)
        exports = Exports(workspace, view, measure, sessions, tasks, ask, parent)
        sharing = Sharing(workspace, view, summary, exports.session_maker, tasks, ask, parent)
        made = cls(photos, runs, measure, reveal, blind, summary, sessions, exports, sharing)
        runs.set_preferences(preferences.value)
        measure.set_metrics(preferences.value.metrics)
        reveal.automatic = preferences.value.reveal_after_run
        return made

    def close(self) -> bool:
        """Stop their work; whether a run ended in time."""
        for controller in (self.measure, self.summary, self.reveal):
            controller.close()
        return self.runs.close()
