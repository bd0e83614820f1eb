"""Where the variants differ most: the next place, and back."""

from __future__ import annotations

from qdit4sr_gui.commands.registry import CommandId, Menu, command
from qdit4sr_gui.commands.studio import Studio


class PlaceCommand(CommandId):
    """The commands of this file."""

    NEXT_PLACE = "next_place"
    LEAVE_PLACE = "leave_place"
    GUIDE = "guide"


@command(
    PlaceCommand.NEXT_PLACE,
    "&Next place of damage",
    Menu.MEASURE,
    "N",
    tip="Go where the variants differ most; again for the next place",
    enabled=lambda studio: studio.reveal.can_step,
    separator_before=True,
)
def next_place(studio: Studio) -> None:
    """The next worst place."""
    studio.reveal.step()


@command(
    PlaceCommand.LEAVE_PLACE,
    "&Back to the view before",
    Menu.MEASURE,
    "Shift+N",
    tip="Leave the places: the view as it was before the first one, without their region",
    enabled=lambda studio: studio.reveal.can_go_back,
)
def leave_place(studio: Studio) -> None:
    """The view as it was before the first place."""
    studio.reveal.go_back()


@command(
    PlaceCommand.GUIDE,
    "&Go there after a run",
    Menu.MEASURE,
    tip="Zoom to where the variants differ most once there are results, unless the view was moved",
    checkable=True,
    checked=lambda studio: studio.preferences.value.reveal_after_run,
)
def guide(studio: Studio) -> None:
    """Show the worst place by itself, or do not."""
    studio.preferences.change(reveal_after_run=not studio.preferences.value.reveal_after_run)
