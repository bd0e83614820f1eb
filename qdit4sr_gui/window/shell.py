"""The window's frame as commands know it: full screen, panels, and the dialogs that belong to no photo."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMainWindow

from qdit4sr_gui.commands.action_set import ActionSet
from qdit4sr_gui.commands.palette import CommandPalette
from qdit4sr_gui.commands.shortcut_sheet import ShortcutSheet
from qdit4sr_gui.controllers.ask import Ask
from qdit4sr_gui.controllers.exports import Exports
from qdit4sr_gui.panels.variants import VariantsPanel
from qdit4sr_gui.state.preferences import CurrentPreferences
from qdit4sr_gui.work.tasks import TaskRunner

from .large_photos import LargePhotos
from .screen_fit import open_dialog
from .session_life import SessionLife


class WindowShell:
    """`commands.studio.Shell` for a main window."""

    actions: ActionSet
    """Handed over once the commands are there."""
    large: LargePhotos
    life: SessionLife

    def __init__(
        self,
        window: QMainWindow,
        preferences: CurrentPreferences,
        exports: Exports,
        ask: Ask,
        tasks: TaskRunner,
        downloads: TaskRunner,
        restore_panels: Callable[[], None],
        variants: VariantsPanel,
    ) -> None:
        self._variants = variants
        self._window, self._preferences, self._exports, self._ask = window, preferences, exports, ask
        self._tasks, self._downloads, self._restore = tasks, downloads, restore_panels

    @property
    def full_screen(self) -> bool:
        """Does the window fill the screen?"""
        return self._window.isFullScreen()

    def set_full_screen(self, on: bool) -> None:
        """Fill the screen, or go back."""
        full = Qt.WindowState.WindowFullScreen
        state = self._window.windowState()
        self._window.setWindowState(state | full if on else state & ~full)

    def restore_panels(self) -> None:
        """All panels where they were at the first start."""
        self._restore()

    def quit(self) -> None:
        """Close the window."""
        self._window.close()

    def search_commands(self) -> None:
        """Open the palette."""
        CommandPalette(self.actions, self._window).open_over(self._window)

    def list_keys(self) -> None:
        """Open the sheet of keys."""
        open_dialog(ShortcutSheet(self.actions.commands(), self._window))

    def explain_words(self) -> None:
        """Open the page "What am I seeing?"."""
        from qdit4sr_gui.dialogs.seeing import SeeingPage

        open_dialog(SeeingPage(self._window))

    def edit_preferences(self, model: Path | None = None) -> None:
        """Open the preferences, with a model folder filled in if one is given."""
        from qdit4sr_gui.dialogs.preferences import PreferencesDialog

        dialog = PreferencesDialog(
            self._preferences.value, self._downloads, self._tasks, self._ask.folder, self._window
        )
        dialog.chosen.connect(self._preferences.set)
        if model is not None:
            dialog.offer_model(str(model))
        open_dialog(dialog)

    def choose_methods(self) -> None:
        """Open the grid of methods and widths."""
        from qdit4sr_gui.dialogs.method_grid import MethodGridDialog

        dialog = MethodGridDialog(self._variants.catalogue, self._variants.specs(), self._window)
        dialog.chosen.connect(self._variants.add_specs)
        open_dialog(dialog)

    def keep_preset(self) -> None:
        """Ask for a name and keep the ticked variants under it."""
        from qdit4sr_gui.dialogs.preset_name import ask_preset_name

        name = ask_preset_name(self._window, self._variants.suggested_name())
        if name:
            self._variants.keep_preset(name)

    def choose_part(self) -> None:
        """Choose with the mouse which part of the photo shown is upscaled."""
        self.large.choose_part()

    def choose_size(self) -> None:
        """Ask for the size of a smaller copy of the photo shown."""
        self.large.choose_size()

    @property
    def last_session(self) -> Path | None:
        """The session that was kept by itself, if there is one."""
        return self.life.last_session

    def reopen_last(self) -> None:
        """Bring back what was computed last."""
        self.life.reopen_last()

    def choose_figure(self) -> None:
        """Open the dialog that says how the figure looks."""
        from qdit4sr_gui.dialogs.figure import FigureDialog

        open_dialog(FigureDialog(self._exports, self._window))
