"""Finds the commands: every module of a package is looked into, so that a new file is all a new one takes."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType

from .registry import Command


def commands_in(package: ModuleType) -> list[Command]:
    """The `Command`s at the top of the package's modules (or in tuples there), in the order written.

    A module named as a menu comes before the others, so that a file added later adds to the menu's end.
    """
    found: list[tuple[bool, Command]] = []
    for info in iter_modules(package.__path__):
        module = import_module(f"{package.__name__}.{info.name}")
        for value in vars(module).values():
            several = value if isinstance(value, tuple) else (value,)
            found += [
                (info.name != made.menu.value.lower(), made) for made in several if isinstance(made, Command)
            ]
    return [made for _, made in sorted(found, key=lambda entry: entry[0])]
