"""Finding commands and keys."""

from __future__ import annotations

from qdit4sr_gui.commands.registry import CommandId, Menu, command
from qdit4sr_gui.commands.studio import Studio
from qdit4sr_gui.style.translation import tr


class HelpCommand(CommandId):
    """The commands of this file."""

    PALETTE = "palette"
    SHORTCUTS = "shortcuts"
    SEEING = "seeing"
    ABOUT = "about"


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


@command(
    HelpCommand.ABOUT,
    "&About",
    Menu.HELP,
    tip="The version, and which kernel runs quantized layers on this processor",
)
def about(studio: Studio) -> None:
    """Say what is running."""
    from qdit4sr_core import __version__
    from qdit4sr_core.engines import kernel

    native = kernel.describe()
    studio.ask.say(
        tr("Q-DiT4SR Studio {version}; native kernel: {kernel}", version=__version__, kernel=native)
    )
