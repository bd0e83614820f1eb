"""Undo for regions and removals, preferences."""

from __future__ import annotations

from qdit4sr_gui.commands.registry import CommandId, Menu, command
from qdit4sr_gui.commands.studio import Studio
from qdit4sr_gui.state.edit_order import Edits, to_do_again, to_take_back


class EditCommand(CommandId):
    """The commands of this file."""

    UNDO = "undo"
    REDO = "redo"
    CROP_PHOTO = "crop_photo"
    REDUCE_PHOTO = "reduce_photo"
    PREFERENCES = "preferences"


def _edits(studio: Studio) -> tuple[Edits, ...]:
    return studio.workspace.removals, studio.regions


@command(
    EditCommand.UNDO,
    "&Undo",
    Menu.EDIT,
    "Ctrl+Z",
    tip="Take the last change of the regions back, or bring removed photos and variants back",
    enabled=lambda studio: to_take_back(_edits(studio)) is not None,
    also="restore back",
)
def undo(studio: Studio) -> None:
    """Take back the last removal, or the last change of the regions, whichever came later."""
    if (edits := to_take_back(_edits(studio))) is not None:
        edits.undo()


@command(
    EditCommand.REDO,
    "&Redo",
    Menu.EDIT,
    "Ctrl+Shift+Z",
    "Ctrl+Y",
    tip="Do again what was taken back",
    enabled=lambda studio: to_do_again(_edits(studio)) is not None,
)
def redo(studio: Studio) -> None:
    """Do again what was taken back last."""
    if (edits := to_do_again(_edits(studio))) is not None:
        edits.redo()


@command(
    EditCommand.CROP_PHOTO,
    "Upscale &only a part…",
    Menu.EDIT,
    "Ctrl+Shift+X",
    tip="Choose a part of the photo with the mouse; it becomes a photo of its own",
    also="crop cut",
    enabled=lambda studio: studio.workspace.photo() is not None,
    separator_before=True,
)
def crop_photo(studio: Studio) -> None:
    """Choose a part of the photo shown."""
    studio.shell.choose_part()


@command(
    EditCommand.REDUCE_PHOTO,
    "Re&duce photo…",
    Menu.EDIT,
    tip="A smaller copy of the photo, which is upscaled sooner",
    enabled=lambda studio: studio.workspace.photo() is not None,
)
def reduce_photo(studio: Studio) -> None:
    """Make a smaller copy of the photo shown."""
    studio.shell.choose_size()


@command(
    EditCommand.PREFERENCES,
    "&Preferences…",
    Menu.EDIT,
    "Ctrl+,",
    separator_before=True,
    also="settings options language theme dark light threads device",
)
def preferences(studio: Studio) -> None:
    """Change device, threads, model, metrics, theme and language."""
    studio.shell.edit_preferences()
