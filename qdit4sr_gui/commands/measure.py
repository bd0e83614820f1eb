"""Regions and what their numbers are measured against."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qdit4sr_gui.controllers.measurements import FULL_PRECISION, GROUND_TRUTH

from .registry import Menu, action

if TYPE_CHECKING:
    from qdit4sr_gui.window.main_window import MainWindow


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


@action("escape", "Give up, leave the tool", Menu.MEASURE, "Esc", in_menu=False)
def escape(window: MainWindow) -> None:
    """Give up a drag, else the active region, else the tool."""
    window.view.clear_tool()


@action(
    "zoom_region", "&Zoom to region", Menu.MEASURE, "Z", enabled=lambda window: window.regions.active >= 0
)
def zoom_region(window: MainWindow) -> None:
    """Bring the active region to the middle, enlarged."""
    region = window.regions.active_region
    if region is not None:
        window.view.centre_on(region)


@action(
    "against",
    "S&witch reference",
    Menu.MEASURE,
    "X",
    tip="Measure against the ground truth instead of full precision, and back",
    enabled=lambda window: (photo := window.workspace.photo()) is not None and photo.reference is not None,
    separator_before=True,
)
def against(window: MainWindow) -> None:
    """The other reference."""
    window.measure.set_reference(FULL_PRECISION if window.measure.reference == GROUND_TRUTH else GROUND_TRUTH)


@action("delete_region", "De&lete region", Menu.MEASURE, "Delete", enabled=lambda w: w.regions.active >= 0)
def delete_region(window: MainWindow) -> None:
    """Delete the active region."""
    window.regions.remove(window.regions.active)


@action("clear_regions", "&Clear regions", Menu.MEASURE, "Ctrl+Shift+Backspace", enabled=_has_region)
def clear_regions(window: MainWindow) -> None:
    """Delete every region; undo brings them back."""
    window.regions.replace_all([])
