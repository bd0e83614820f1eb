"""Finding commands and keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .registry import Menu, action

if TYPE_CHECKING:
    from qdit4sr_gui.window.main_window import MainWindow


@action("palette", "&Search commands…", Menu.HELP, "Ctrl+Shift+P", tip="Find and do any command by name")
def palette(window: MainWindow) -> None:
    """Search all commands."""
    from .palette import CommandPalette

    CommandPalette(window.action_set, window).open_over(window)


@action("shortcuts", "&Keyboard shortcuts", Menu.HELP, "F1", "?", tip="All keys on one sheet")
def shortcuts(window: MainWindow) -> None:
    """Show every key."""
    from .shortcut_sheet import ShortcutSheet

    ShortcutSheet(window.action_set.specs(), window).open()
