"""Keeps what belongs to a session beside the results: each photo's regions, the mode and the zoom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from qdit4sr_core.errors import QDiT4SRError
from qdit4sr_core.session import Session
from qdit4sr_gui.state.regions import RegionsHistory
from qdit4sr_gui.state.viewport import Viewport

from .session_document import WindowState, fill_workspace

if TYPE_CHECKING:
    from qdit4sr_gui.window.main_window import MainWindow


class SessionKeeper(QObject):
    """The window's state as a session saves and restores it."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._regions: dict[str, RegionsHistory] = {}
        self._shown = ""

    def follow_photo(self) -> bool:
        """Bring the regions of the photo that is current now; True if it is another one than before."""
        current = self._window.workspace.current
        if current == self._shown:
            return False
        if self._shown:
            self._regions[self._shown] = self._window.regions.history()
        self._shown = current
        self._window.view.state.bring_into_step()
        self._window.regions.restore(self._regions.get(current, RegionsHistory()))
        return True

    def state(self) -> WindowState:
        """What a session saves of the window."""
        window = self._window
        self._regions[window.workspace.current] = window.regions.history()
        viewport = window.view.state.viewport
        return WindowState(
            regions={key: history.state[0] for key, history in self._regions.items()},
            mode=window.mode,
            scale=0.0 if window.view.state.fitted else viewport.scale,
            centre=(viewport.centre_x, viewport.centre_y),
            measured_against=window.measure.reference,
            metrics=window.measure.metrics,
            table=window.measure.table,
        )

    def show(self, session: Session) -> None:
        """Replace what the window shows by a session."""
        window = self._window
        try:
            regions = fill_workspace(window.workspace, session)
        except QDiT4SRError as error:
            window.show_failure(str(error))
            return
        self._regions = {key: RegionsHistory((items, -1)) for key, items in regions.items()}
        self._shown = ""
        window.variants_panel.set_specs(session.variants, window.workspace.labels)
        window.measure.metrics = session.metrics
        window.measure.reference = session.measured_against
        window.refresh()
        window.set_mode(session.view.mode)
        if session.view.scale > 0:
            window.view.state.move_to(Viewport(session.view.scale, *session.view.centre))
        window.say_done("The session is open.")
