"""Undo for regions, preferences."""

from __future__ import annotations

from qdit4sr_gui.commands.registry import CommandId, Menu, command
from qdit4sr_gui.commands.studio import Studio


class EditCommand(CommandId):
    """The commands of this file."""

    UNDO = "undo"
    REDO = "redo"
    PREFERENCES = "preferences"


@command(
    EditCommand.UNDO,
    "&Undo region change",
    Menu.EDIT,
    "Ctrl+Z",
    enabled=lambda studio: studio.regions.can_undo,
)
def undo(studio: Studio) -> None:
    """Take the last change of the regions back."""
    studio.regions.undo()


@command(
    EditCommand.REDO,
    "&Redo region change",
    Menu.EDIT,
    "Ctrl+Shift+Z",
    "Ctrl+Y",
    enabled=lambda studio: studio.regions.can_redo,
)
def redo(studio: Studio) -> None:
    """Do it again."""
    studio.regions.redo()


@command(EditCommand.PREFERENCES, "&Preferences…", Menu.EDIT, "Ctrl+,", separator_before=True)
def preferences(studio: Studio) -> None:
    """Change device, threads, model, metrics, theme and language."""
    studio.shell.edit_preferences()
