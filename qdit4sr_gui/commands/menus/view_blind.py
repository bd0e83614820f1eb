"""Judging without names."""

from __future__ import annotations

from qdit4sr_gui.commands.registry import CommandId, Menu, command
from qdit4sr_gui.commands.studio import Studio


class BlindCommand(CommandId):
    """The commands of this file."""

    BLIND = "blind"


@command(
    BlindCommand.BLIND,
    "Blind t&est",
    Menu.VIEW,
    "Ctrl+B",
    tip="Hide and shuffle the names; rank the pictures, then see which is which",
    checkable=True,
    enabled=lambda studio: studio.blind.active or studio.blind.possible,
    checked=lambda studio: studio.blind.active,
)
def blind(studio: Studio) -> None:
    """Begin a blind test, or give the names back."""
    if studio.blind.active:
        studio.blind.stop()
    else:
        studio.blind.start()
