"""What a command works on: the window's state and controllers, and the user; never the window itself."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from qdit4sr_gui.controllers.ask import Ask
from qdit4sr_gui.controllers.blind import BlindController
from qdit4sr_gui.controllers.exports import Exports
from qdit4sr_gui.controllers.measurements import MeasurementController
from qdit4sr_gui.controllers.photos import PhotoController
from qdit4sr_gui.controllers.reveal import RevealController
from qdit4sr_gui.controllers.runs import RunController
from qdit4sr_gui.controllers.sessions import SessionKeeper
from qdit4sr_gui.controllers.sharing import Sharing
from qdit4sr_gui.state.preferences import CurrentPreferences
from qdit4sr_gui.state.regions import RegionsModel
from qdit4sr_gui.state.workspace import Workspace
from qdit4sr_gui.views.comparison_view import ComparisonView


class Shell(Protocol):
    """The frame around the panes, as far as commands know it."""

    @property
    def full_screen(self) -> bool:
        """Does the window fill the screen?"""

    def set_full_screen(self, on: bool) -> None:
        """Fill the screen, or go back."""

    def restore_panels(self) -> None:
        """All panels where they were at the first start."""

    def quit(self) -> None:
        """Close the window."""

    def search_commands(self) -> None:
        """Open the palette."""

    def list_keys(self) -> None:
        """Open the sheet of keys."""

    def explain_words(self) -> None:
        """Open the page "What am I seeing?"."""

    def edit_preferences(self, model: Path | None = None) -> None:
        """Open the preferences, with a model folder filled in if one is given."""

    def choose_methods(self) -> None:
        """Open the grid of methods and widths."""

    def keep_preset(self) -> None:
        """Ask for a name and keep the ticked variants under it."""

    def choose_part(self) -> None:
        """Choose with the mouse which part of the photo shown is upscaled."""

    def choose_size(self) -> None:
        """Ask for the size of a smaller copy of the photo shown."""

    @property
    def last_session(self) -> Path | None:
        """The session that was kept by itself, if there is one."""

    def reopen_last(self) -> None:
        """Bring back what was computed last."""

    def choose_figure(self) -> None:
        """Open the dialog that says how the figure looks."""


@dataclass(frozen=True)
class Studio:
    """Everything commands may use."""

    workspace: Workspace
    photos: PhotoController
    runs: RunController
    regions: RegionsModel
    view: ComparisonView
    measure: MeasurementController
    reveal: RevealController
    blind: BlindController
    exports: Exports
    sharing: Sharing
    sessions: SessionKeeper
    preferences: CurrentPreferences
    ask: Ask
    shell: Shell
