"""Regions and what their numbers are measured against."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qdit4sr_gui.actions import Menu, action

if TYPE_CHECKING:
    from qdit4sr_gui.main_window import MainWindow


def _has_region(window: MainWindow) -> bool:
    return bool(window.regions.regions)


@action(
    "region_tool",
    "&Draw regions",
    Menu.MEASURE,
    "R",
    tip="Draw, move and resize regions with the mouse",
    checkable=True,
    checked=lambda window: window.drawing_regions,
)
def region_tool(window: MainWindow) -> None:
    """Switch between panning and drawing."""
    window.set_region_tool(not window.drawing_regions)


@action("delete_region", "De&lete region", Menu.MEASURE, "Delete", enabled=lambda w: w.regions.active >= 0)
def delete_region(window: MainWindow) -> None:
    """Delete the active region."""
    window.regions.remove(window.regions.active)


@action("clear_regions", "&Clear regions", Menu.MEASURE, "Ctrl+Shift+Backspace", enabled=_has_region)
def clear_regions(window: MainWindow) -> None:
    """Delete every region; undo brings them back."""
    window.regions.replace_all([])
