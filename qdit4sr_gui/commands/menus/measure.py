"""Regions and what their numbers are measured against."""

from __future__ import annotations

from qdit4sr_core.measured_against import FULL_PRECISION, GROUND_TRUTH
from qdit4sr_gui.commands.registry import CommandId, Menu, command
from qdit4sr_gui.commands.studio import Studio


class MeasureCommand(CommandId):
    """The commands of this file."""

    REGION_TOOL = "region_tool"
    ESCAPE = "escape"
    ZOOM_REGION = "zoom_region"
    AGAINST = "against"
    DELETE_REGION = "delete_region"
    CLEAR_REGIONS = "clear_regions"


def _has_region(studio: Studio) -> bool:
    return bool(studio.regions.regions)


@command(
    MeasureCommand.REGION_TOOL,
    "&Draw regions",
    Menu.MEASURE,
    "R",
    tip="Draw, move and resize regions with the mouse",
    checkable=True,
    checked=lambda studio: studio.view.drawing_regions,
)
def region_tool(studio: Studio) -> None:
    """Switch between panning and drawing."""
    studio.view.set_region_tool(not studio.view.drawing_regions)


@command(MeasureCommand.ESCAPE, "Give up, leave the tool", Menu.MEASURE, "Esc", in_menu=False)
def escape(studio: Studio) -> None:
    """Give up a drag, else the active region, else the tool, else the mode."""
    studio.view.clear_tool()


@command(
    MeasureCommand.ZOOM_REGION,
    "&Zoom to region",
    Menu.MEASURE,
    "Z",
    enabled=lambda studio: studio.regions.active >= 0,
)
def zoom_region(studio: Studio) -> None:
    """Bring the active region to the middle, enlarged."""
    region = studio.regions.active_region
    if region is not None:
        studio.view.centre_on(region)


@command(
    MeasureCommand.AGAINST,
    "S&witch reference",
    Menu.MEASURE,
    "X",
    tip="Measure against the ground truth instead of full precision, and back",
    enabled=lambda studio: (photo := studio.workspace.photo()) is not None and photo.reference is not None,
    separator_before=True,
)
def against(studio: Studio) -> None:
    """The other reference."""
    studio.measure.set_reference(FULL_PRECISION if studio.measure.reference == GROUND_TRUTH else GROUND_TRUTH)


@command(
    MeasureCommand.DELETE_REGION,
    "De&lete region",
    Menu.MEASURE,
    "Delete",
    enabled=lambda studio: studio.regions.active >= 0,
)
def delete_region(studio: Studio) -> None:
    """Delete the active region."""
    studio.regions.remove(studio.regions.active)


@command(
    MeasureCommand.CLEAR_REGIONS, "&Clear regions", Menu.MEASURE, "Ctrl+Shift+Backspace", enabled=_has_region
)
def clear_regions(studio: Studio) -> None:
    """Delete every region; undo brings them back."""
    studio.regions.replace_all([])
