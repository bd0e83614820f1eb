"""Finding commands and keys."""

from __future__ import annotations

from qdit4sr_gui.commands.registry import CommandId, Menu, command
from qdit4sr_gui.commands.studio import Studio


class HelpCommand(CommandId):
    """The commands of this file."""

    PALETTE = "palette"
    SHORTCUTS = "shortcuts"


@command(
    HelpCommand.PALETTE, "&Search commands…", Menu.HELP, "Ctrl+Shift+P", tip="Find and do any command by name"
)
def palette(studio: Studio) -> None:
    """Search all commands."""
    studio.shell.search_commands()


@command(HelpCommand.SHORTCUTS, "&Keyboard shortcuts", Menu.HELP, "F1", "?", tip="All keys on one sheet")
def shortcuts(studio: Studio) -> None:
    """Show every key."""
    studio.shell.list_keys()
