"""Keeps the status bar and the Run button's tip right: pixel, zoom, what was removed, what a run costs."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot

from qdit4sr_gui.commands.action_set import ActionSet
from qdit4sr_gui.commands.menus.run import RunCommand, why_not_run
from qdit4sr_gui.commands.studio import Studio
from qdit4sr_gui.panels.status import StatusPanel
from qdit4sr_gui.style.translation import tr

from .run_display import RunDisplay


class StatusDisplay(QObject):
    """Between the view, the photos and the status bar."""

    def __init__(
        self, studio: Studio, status: StatusPanel, actions: ActionSet, runs: RunDisplay, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._studio, self._status, self._actions = studio, status, actions
        studio.view.cursorMoved.connect(self._show_pixel)
        studio.view.state.viewportChanged.connect(self._show_zoom)
        studio.photos.removed.connect(self._tell_removed)
        studio.workspace.removals.said.connect(studio.ask.say)
        studio.photos.noted.connect(status.showMessage)
        self._cost = ""
        runs.estimated.connect(self._show_estimate)
        actions[RunCommand.RUN].enabledChanged.connect(self._show_tip)

    @Slot(float, float, object)
    def _show_pixel(self, x: float, y: float, rgb: tuple[int, int, int] | None) -> None:
        self._status.show_pixel(f"{self._studio.view.scale:.0%}", int(x), int(y), rgb)

    @Slot()
    def _show_zoom(self) -> None:
        self._status.show_zoom(f"{self._studio.view.scale:.0%}")

    @Slot(int)
    def _tell_removed(self, count: int) -> None:
        text = tr("1 photo removed.") if count == 1 else tr("{count} photos removed.", count=count)
        self._studio.ask.say(f"{text} " + tr("Undo brings it back."))

    @Slot(str)
    def _show_estimate(self, text: str) -> None:
        self._cost = f"{text[:1].upper()}{text[1:]}"
        self._show_tip()

    @Slot()
    def _show_tip(self) -> None:
        """What Run does, and what that costs or why there is nothing to do."""
        lines = (self._actions.tip(RunCommand.RUN), why_not_run(self._studio) or self._cost)
        self._actions[RunCommand.RUN].setToolTip("\n".join(line for line in lines if line))
