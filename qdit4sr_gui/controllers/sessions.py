"""Keeps what belongs to a session beside the results: each photo's regions and view, and the mode."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

from PySide6.QtCore import QObject

from qdit4sr_core.errors import QDiT4SRError
from qdit4sr_core.presence import folder_is_there
from qdit4sr_core.session import Session
from qdit4sr_core.user_folders import expanded
from qdit4sr_gui.state.preferences import CurrentPreferences
from qdit4sr_gui.state.regions import RegionsHistory
from qdit4sr_gui.state.viewport import Viewport
from qdit4sr_gui.state.workspace import Workspace
from qdit4sr_gui.style.translation import listed, tr
from qdit4sr_gui.views.comparison_view import ComparisonView

from .ask import Ask
from .measurements import MeasurementController
from .photos import output_size
from .runs import RunController, seen_other_weights
from .session_document import WindowState, fill_workspace, quoted, understood


class SessionKeeper(QObject):
    """The window's state as a session saves and restores it."""

    def __init__(
        self,
        workspace: Workspace,
        view: ComparisonView,
        measure: MeasurementController,
        runs: RunController,
        preferences: CurrentPreferences,
        ask: Ask,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._workspace, self._view, self._measure, self._ask = workspace, view, measure, ask
        self._runs, self._preferences = runs, preferences
        self._drawn = view.state.regions
        self._regions: dict[str, RegionsHistory] = {}
        self._views: dict[str, Viewport | None] = {}
        """The part of each photo that was in sight when another was shown; None for the whole."""
        self._shown: str | None = ""
        # before all others, who show, measure and draw the regions of the photo that is current by then
        for event in (workspace.photos_changed, workspace.current_changed, workspace.replaced):
            event.connect(self._follow_photo, max_args=0, priority=1)
        workspace.doubled.connect(self._hand_on_regions)

    def _follow_photo(self) -> None:
        """Bring the regions and the view of the photo that is current now; a new one is shown whole."""
        current = self._workspace.current
        if current == self._shown:
            return
        view = self._view.state
        if self._shown:
            self._regions[self._shown] = self._drawn.history()
            self._views[self._shown] = view.left_at
        self._shown = current
        photo = self._workspace.photo()
        if photo is not None:
            view.show_other(*output_size(photo.image.pixels), self._views.get(current))
        self._drawn.restore(self._regions.get(current, RegionsHistory()))

    def _hand_on_regions(self, back: str, stays: str) -> None:
        """A photo that was opened again gets the regions from before, if it has none."""
        if self.state().regions.get(stays) or back not in self._regions:
            return
        if stays == self._shown:
            self._drawn.restore(self._regions[back])
        else:
            self._regions[stays] = self._regions[back]

    def state(self) -> WindowState:
        """What a session saves of the window."""
        if self._shown:
            self._regions[self._shown] = self._drawn.history()
        viewport = self._view.state.viewport
        return WindowState(
            regions={key: history.state[0] for key, history in self._regions.items()},
            mode=self._view.mode.value,
            scale=0.0 if self._view.state.fitted else viewport.scale,
            centre=(viewport.centre_x, viewport.centre_y),
            measured_against=self._measure.reference,
            metrics=self._measure.metrics,
            table=self._measure.table,
        )

    def content(self) -> Hashable:
        """Equal to an earlier one as long as the photos, their ground truths and regions are the same."""
        regions = self.state().regions
        return tuple((photo, regions.get(photo.key, ())) for photo in self._workspace.photos)

    def show(self, session: Session, unusable: Sequence[str] = ()) -> bool | None:
        """Replace what the window shows by a session; runs go on with its model and settings.

        Returns whether all of it is shown, None if nothing is. `unusable` are names of its sampling
        settings that were left out.
        """
        try:
            session, unknown = understood(session)
            unknown += [f"setting {quoted(name)}" for name in unusable]
            with self._workspace.replacing():
                regions = fill_workspace(self._workspace, session)
                self._regions = {key: RegionsHistory((items, -1)) for key, items in regions.items()}
                self._shown = None
                self._use_model(session)
                self._measure.metrics = session.metrics or self._measure.metrics
                self._measure.reference = session.measured_against
        except QDiT4SRError as error:
            self._ask.fail(str(error))
            return None
        self._view.set_mode(session.view.mode)
        if session.view.scale > 0:
            self._view.state.move_to(Viewport(session.view.scale, *session.view.centre))
        if unknown:
            things = listed(unknown)
            sentence = tr("This program does not know the {things} of the session.", things=things)
            self._ask.fail(f"{sentence} {tr('The rest is open.')}")
        elif self._runs.made_elsewhere:
            self._ask.say(seen_other_weights())
        else:
            self._ask.say(tr("The session is open."))
        return not unknown

    def _use_model(self, session: Session) -> None:
        """Have runs use the session's model, if it is here, and the sampling settings it was made with."""
        fields: dict[str, Any] = {name: session.sampling.get(name, 0) for name in ("seed", "steps")}
        if not session.model or folder_is_there(expanded(session.model)):
            fields |= {"model": session.model, "base": session.base}
        self._preferences.borrow(**fields)
        self._workspace.use_model(session.model, session.model_hash, session.sampling, session.base)
