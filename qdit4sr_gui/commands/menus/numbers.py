"""Keys 1 to 9 choose a result; with Alt they make it the reference of the panes."""

from __future__ import annotations

from collections.abc import Callable

from qdit4sr_gui.commands.registry import Command, CommandId, Menu
from qdit4sr_gui.commands.studio import Studio


class SelectCommand(CommandId):
    """Select a result by its number."""

    SELECT_1 = "select_1"
    SELECT_2 = "select_2"
    SELECT_3 = "select_3"
    SELECT_4 = "select_4"
    SELECT_5 = "select_5"
    SELECT_6 = "select_6"
    SELECT_7 = "select_7"
    SELECT_8 = "select_8"
    SELECT_9 = "select_9"


class ReferenceCommand(CommandId):
    """Make a result the reference by its number."""

    REFERENCE_1 = "reference_1"
    REFERENCE_2 = "reference_2"
    REFERENCE_3 = "reference_3"
    REFERENCE_4 = "reference_4"
    REFERENCE_5 = "reference_5"
    REFERENCE_6 = "reference_6"
    REFERENCE_7 = "reference_7"
    REFERENCE_8 = "reference_8"
    REFERENCE_9 = "reference_9"


def _select(number: int) -> Callable[[Studio], None]:
    return lambda studio: studio.view.select_number(number)


def _use_as_reference(number: int) -> Callable[[Studio], None]:
    return lambda studio: studio.view.set_reference_number(number)


SELECT: tuple[Command, ...] = tuple(
    Command(id, f"Show result {n} large", _select(n), Menu.VIEW, (str(n),), in_menu=False)
    for n, id in enumerate(SelectCommand, 1)
)
USE_AS_REFERENCE: tuple[Command, ...] = tuple(
    Command(id, f"Use result {n} as reference", _use_as_reference(n), Menu.VIEW, (f"Alt+{n}",), in_menu=False)
    for n, id in enumerate(ReferenceCommand, 1)
)
