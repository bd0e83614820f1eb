"""Finding commands and keys."""

from __future__ import annotations

from qdit4sr_gui.commands.registry import CommandId, Menu, command
from qdit4sr_gui.commands.studio import Studio


class HelpCommand(CommandId):
    """The commands of this file."""

    PALETTE = "palette"
    SHORTCUTS = "shortcuts"
    SEEING = "seeing"


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


@command(
    HelpCommand.SEEING,
    "&What am I seeing?",
    Menu.HELP,
    "Shift+F1",
    tip="W4A4, RTN, rotation, texture change and the other words, with pictures",
)
def seeing(studio: Studio) -> None:
    """Explain the program's words."""
    studio.shell.explain_words()
