"""Undo for regions, preferences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .registry import Menu, action

if TYPE_CHECKING:
    from qdit4sr_gui.window.main_window import MainWindow


@action("undo", "&Undo region change", Menu.EDIT, "Ctrl+Z", enabled=lambda window: window.regions.can_undo)
def undo(window: MainWindow) -> None:
    """Take the last change of the regions back."""
    window.regions.undo()


@action(
    "redo",
    "&Redo region change",
    Menu.EDIT,
    "Ctrl+Shift+Z",
    "Ctrl+Y",
    enabled=lambda window: window.regions.can_redo,
)
def redo(window: MainWindow) -> None:
    """Do it again."""
    window.regions.redo()


@action("preferences", "&Preferences…", Menu.EDIT, "Ctrl+,", separator_before=True)
def preferences(window: MainWindow) -> None:
    """Change device, threads, model, metrics, theme and language."""
    window.edit_preferences()
