"""What a command is, and all of them in one registry: menus, toolbar, palette, shortcut sheet come from it.

The registry imports no command: whoever builds it hands them in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from qdit4sr_gui.style.translation import tr
from qdit4sr_gui.widgets.controls import plain_text, sequence_text

from .studio import Studio


class Menu(StrEnum):
    """The menus, in order of the menu bar."""

    FILE = "File"
    EDIT = "Edit"
    RUN = "Run"
    VIEW = "View"
    MEASURE = "Measure"
    EXPORT = "Export"
    HELP = "Help"


class CommandId(StrEnum):
    """Names of commands; each file of commands has an enum of its own that derives from this one."""


@dataclass(frozen=True)
class Command:
    """One command: what it is called, its keys, its menu, what it does and when it can be used."""

    id: CommandId
    text: str
    run: Callable[[Studio], None]
    menu: Menu
    keys: tuple[str, ...] = ()
    tip: str = ""
    checkable: bool = False
    enabled: Callable[[Studio], bool] | None = None
    checked: Callable[[Studio], bool] | None = None
    separator_before: bool = False
    in_menu: bool = True
    """False for keys that would only clutter the menu; the palette and the shortcut sheet have them."""
    subject: Callable[[Studio], str] | None = None
    """Names what the command would be done to; stands in the menu after the text."""
    also: str = ""
    """Other words that people look for it by."""

    @property
    def shown_text(self) -> str:
        """The translated text, with the mark of its access key."""
        return tr(self.text)

    @property
    def plain_text(self) -> str:
        """The translated text without access key and dots, for tool bars and lists."""
        return plain_text(self.shown_text)

    @property
    def keys_text(self) -> str:
        """Its keys as the system writes them; empty without any."""
        return ", ".join(sequence_text(key) for key in self.keys)


def command(
    id: CommandId,
    text: str,
    menu: Menu,
    *keys: str,
    tip: str = "",
    checkable: bool = False,
    enabled: Callable[[Studio], bool] | None = None,
    checked: Callable[[Studio], bool] | None = None,
    separator_before: bool = False,
    in_menu: bool = True,
    subject: Callable[[Studio], str] | None = None,
    also: str = "",
) -> Callable[[Callable[[Studio], None]], Command]:
    """Make the decorated function `f(studio)` a command.

    A checkable one is told by `checked(studio)` whether it shows a tick, and by `enabled(studio)` whether
    it can be used now.
    """

    def made(function: Callable[[Studio], None]) -> Command:
        return Command(
            id,
            text,
            function,
            menu,
            keys,
            tip,
            checkable,
            enabled,
            checked,
            separator_before,
            in_menu,
            subject,
            also,
        )

    return made


class Registry:
    """All commands of a window, by menu."""

    def __init__(self, commands: Iterable[Command]) -> None:
        """Raises ValueError for an id or a key given twice: two commands on one key would make both dead."""
        self._commands: dict[CommandId, Command] = {}
        holders: dict[str, str] = {}
        order = list(Menu)
        for made in sorted(commands, key=lambda made: order.index(made.menu)):
            if made.id in self._commands:
                raise ValueError(f"Command {made.id!s} exists already.")
            for key in made.keys:
                if key in holders:
                    raise ValueError(f"Key {key} of {made.id!s} belongs to {holders[key]}.")
                holders[key] = made.id
            self._commands[made.id] = made

    def __iter__(self) -> Iterator[Command]:
        """The commands in the order of the menus."""
        return iter(self._commands.values())

    def __len__(self) -> int:
        return len(self._commands)

    def __getitem__(self, id: CommandId) -> Command:
        return self._commands[id]
