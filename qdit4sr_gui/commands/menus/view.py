"""How the images are compared: mode, zoom, panes and docks."""

from __future__ import annotations

from collections.abc import Callable

from qdit4sr_gui.commands.registry import CommandId, Menu, command
from qdit4sr_gui.commands.studio import Studio


class ViewCommand(CommandId):
    """The commands of this file."""

    GRID = "grid"
    WIPE = "wipe"
    BLINK = "blink"
    DIFFERENCE = "difference"
    DIFFERENCE_KIND = "difference_kind"
    WIPE_ACROSS = "wipe_across"
    FIT = "fit"
    ZOOM_100 = "zoom_100"
    ZOOM_200 = "zoom_200"
    ZOOM_IN = "zoom_in"
    ZOOM_OUT = "zoom_out"
    INTO_STEP = "into_step"
    NEXT_RESULT = "next_result"
    PREVIOUS_RESULT = "previous_result"
    AUTO_BLINK = "auto_blink"
    LOUPE = "loupe"
    LABELS = "labels"
    PIXEL_GRID = "pixel_grid"
    SHOW_INPUT = "show_input"
    SHOW_TRUTH = "show_truth"
    NEXT_PHOTO = "next_photo"
    PREVIOUS_PHOTO = "previous_photo"
    FULL_SCREEN = "full_screen"
    RESET_LAYOUT = "reset_layout"


def _in_mode(mode: str) -> Callable[[Studio], bool]:
    return lambda studio: studio.view.mode == mode


@command(
    ViewCommand.GRID,
    "&Grid",
    Menu.VIEW,
    "G",
    tip="All results side by side",
    also="compare panes",
    checkable=True,
    checked=_in_mode("grid"),
)
def grid(studio: Studio) -> None:
    """Side by side."""
    studio.view.set_mode("grid")


@command(
    ViewCommand.WIPE,
    "&Wipe",
    Menu.VIEW,
    "W",
    tip="Two results with a movable edge",
    also="split compare slider curtain before after",
    checkable=True,
    checked=_in_mode("wipe"),
)
def wipe(studio: Studio) -> None:
    """A movable edge between two results, or the grid again."""
    studio.view.toggle_mode("wipe")


@command(
    ViewCommand.BLINK,
    "&Blink",
    Menu.VIEW,
    "B",
    tip="One result at a time, in place",
    also="flicker compare swap toggle alternate",
    checkable=True,
    checked=_in_mode("blink"),
)
def blink(studio: Studio) -> None:
    """One result at a time in the same place, or the grid again."""
    if studio.view.blinking:
        studio.view.set_mode("grid")
    else:
        studio.view.set_blinking(True)


@command(
    ViewCommand.DIFFERENCE,
    "&Difference",
    Menu.VIEW,
    "D",
    tip="Where and how the results differ from the reference",
    also="diff compare heatmap error",
    checkable=True,
    checked=_in_mode("difference"),
)
def difference(studio: Studio) -> None:
    """Maps of the difference to the reference, or the grid again."""
    studio.view.toggle_mode("difference")


@command(
    ViewCommand.DIFFERENCE_KIND,
    "Next &kind of difference",
    Menu.VIEW,
    "Shift+D",
    tip="Texture change, signed, absolute, squared, structural: one after the other",
)
def difference_kind(studio: Studio) -> None:
    """Differences of the next kind."""
    if studio.view.mode == "difference":
        studio.view.difference.next_kind()
    else:
        studio.view.set_mode("difference")


@command(
    ViewCommand.WIPE_ACROSS,
    "Wipe from &top to bottom",
    Menu.VIEW,
    "Shift+W",
    tip="The wipe's edge lies across instead of upright",
    checkable=True,
    checked=lambda studio: not studio.view.wipe.upright,
)
def wipe_across(studio: Studio) -> None:
    """Turn the wipe's edge."""
    studio.view.wipe.set_upright(not studio.view.wipe.upright)
    studio.view.set_mode("wipe")


@command(
    ViewCommand.FIT,
    "&Fit",
    Menu.VIEW,
    "F",
    "Ctrl+0",
    tip="Show the whole image",
    separator_before=True,
    also="zoom",
)
def fit(studio: Studio) -> None:
    """Show everything."""
    studio.view.fit()


@command(
    ViewCommand.ZOOM_100,
    "&100 %",
    Menu.VIEW,
    "Ctrl+1",
    tip="One image pixel on one screen pixel",
    also="zoom actual size",
)
def zoom_100(studio: Studio) -> None:
    """One to one."""
    studio.view.set_scale(1.0)


@command(
    ViewCommand.ZOOM_200,
    "&200 %",
    Menu.VIEW,
    "Ctrl+2",
    tip="One image pixel on two by two screen pixels",
    also="zoom",
)
def zoom_200(studio: Studio) -> None:
    """Two to one."""
    studio.view.set_scale(2.0)


@command(ViewCommand.ZOOM_IN, "Zoom &in", Menu.VIEW, "Ctrl++", "Ctrl+=", in_menu=False)
def zoom_in(studio: Studio) -> None:
    """Zoom in by half an octave."""
    studio.view.zoom_steps(1)


@command(ViewCommand.ZOOM_OUT, "Zoo&m out", Menu.VIEW, "Ctrl+-", in_menu=False)
def zoom_out(studio: Studio) -> None:
    """Zoom out by half an octave."""
    studio.view.zoom_steps(-1)


@command(
    ViewCommand.INTO_STEP,
    "&Synchronize panes again",
    Menu.VIEW,
    "S",
    tip="Show the same part everywhere again, after a pane was moved alone with Alt and the mouse",
    enabled=lambda studio: not studio.view.state.in_step,
)
def into_step(studio: Studio) -> None:
    """Every pane at the shared view."""
    studio.view.state.bring_into_step()


@command(ViewCommand.NEXT_RESULT, "Next result", Menu.VIEW, "Ctrl+Tab", in_menu=False)
def next_result(studio: Studio) -> None:
    """Select the next result."""
    studio.view.next()


@command(ViewCommand.PREVIOUS_RESULT, "Previous result", Menu.VIEW, "Ctrl+Shift+Tab", in_menu=False)
def previous_result(studio: Studio) -> None:
    """Select the result before."""
    studio.view.previous()


@command(
    ViewCommand.AUTO_BLINK,
    "Blink &automatically",
    Menu.VIEW,
    "Shift+B",
    tip="Alternate between the selected result and the reference twice a second",
    also="flicker compare swap",
    checkable=True,
    checked=lambda studio: studio.view.blinking,
)
def auto_blink(studio: Studio) -> None:
    """Blink by itself, or stop."""
    studio.view.set_blinking(not studio.view.blinking)


@command(
    ViewCommand.LOUPE,
    "L&oupe",
    Menu.VIEW,
    "L",
    tip="Enlarge the pixels under the mouse in every pane, with their values",
    also="zoom magnifier",
    checkable=True,
    checked=lambda studio: studio.view.state.loupe,
    separator_before=True,
)
def loupe(studio: Studio) -> None:
    """Loupe on or off."""
    studio.view.state.set_appearance(loupe=not studio.view.state.loupe)


@command(
    ViewCommand.LABELS,
    "&Labels",
    Menu.VIEW,
    "T",
    checkable=True,
    checked=lambda studio: studio.view.state.show_labels,
)
def labels(studio: Studio) -> None:
    """Names on the panes on or off."""
    studio.view.state.set_appearance(show_labels=not studio.view.state.show_labels)


@command(
    ViewCommand.PIXEL_GRID,
    "Pixel grid and &values",
    Menu.VIEW,
    "P",
    tip="Lines between pixels from 800 % up, red, green and blue inside them from 3200 % up",
    checkable=True,
    checked=lambda studio: studio.view.state.pixel_grid,
)
def pixel_grid(studio: Studio) -> None:
    """What is drawn over enlarged pixels, on or off."""
    studio.view.state.set_appearance(pixel_grid=not studio.view.state.pixel_grid)


@command(
    ViewCommand.SHOW_INPUT,
    "Show inp&ut",
    Menu.VIEW,
    "I",
    checkable=True,
    checked=lambda studio: studio.workspace.show_input,
)
def show_input(studio: Studio) -> None:
    """A pane for the low-resolution photo, or none."""
    studio.workspace.show(input=not studio.workspace.show_input)


@command(
    ViewCommand.SHOW_TRUTH,
    "Show ground trut&h",
    Menu.VIEW,
    "Shift+T",
    checkable=True,
    enabled=lambda studio: (photo := studio.workspace.photo()) is not None and photo.reference is not None,
    checked=lambda studio: studio.workspace.show_truth,
)
def show_truth(studio: Studio) -> None:
    """A pane for the ground truth, or none."""
    studio.workspace.show(truth=not studio.workspace.show_truth)


@command(ViewCommand.NEXT_PHOTO, "&Next photo", Menu.VIEW, "Ctrl+PgDown", separator_before=True)
def next_photo(studio: Studio) -> None:
    """Show the next photo of the queue."""
    studio.photos.step(1)


@command(ViewCommand.PREVIOUS_PHOTO, "Previous photo", Menu.VIEW, "Ctrl+PgUp")
def previous_photo(studio: Studio) -> None:
    """Show the previous photo of the queue."""
    studio.photos.step(-1)


@command(
    ViewCommand.FULL_SCREEN,
    "Full s&creen",
    Menu.VIEW,
    "F11",
    checkable=True,
    checked=lambda studio: studio.shell.full_screen,
    separator_before=True,
)
def full_screen(studio: Studio) -> None:
    """Fill the screen, or go back."""
    studio.shell.set_full_screen(not studio.shell.full_screen)


@command(
    ViewCommand.RESET_LAYOUT, "&Restore panels", Menu.VIEW, tip="Put all panels back where they were at first"
)
def reset_layout(studio: Studio) -> None:
    """The panels as at the first start."""
    studio.shell.restore_panels()
