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
    "&Undo",
    Menu.EDIT,
    "Ctrl+Z",
    tip="Bring removed photos back, or take the last change of the regions back",
    enabled=lambda studio: studio.photos.can_restore or studio.regions.can_undo,
)
def undo(studio: Studio) -> None:
    """Bring removed photos back, else take the last change of the regions back."""
    if studio.photos.can_restore:
        studio.photos.restore()
    else:
        studio.regions.undo()


@command(
    EditCommand.REDO,
    "&Redo",
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
