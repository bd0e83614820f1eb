"""How the images are compared: mode, zoom, panes and docks."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from .registry import Menu, action

if TYPE_CHECKING:
    from qdit4sr_gui.window.main_window import MainWindow


def _in_mode(mode: str) -> Callable[[MainWindow], bool]:
    return lambda window: window.mode == mode


@action(
    "grid", "&Grid", Menu.VIEW, "G", tip="All results side by side", checkable=True, checked=_in_mode("grid")
)
def grid(window: MainWindow) -> None:
    """Side by side."""
    window.set_mode("grid")


@action(
    "wipe",
    "&Wipe",
    Menu.VIEW,
    "W",
    tip="Two results with a movable edge",
    checkable=True,
    checked=_in_mode("wipe"),
)
def wipe(window: MainWindow) -> None:
    """A movable edge between two results."""
    window.set_mode("wipe")


@action(
    "blink",
    "&Blink",
    Menu.VIEW,
    "B",
    tip="One result at a time, in place",
    checkable=True,
    checked=_in_mode("blink"),
)
def blink(window: MainWindow) -> None:
    """One result at a time in the same place."""
    window.set_mode("blink")


@action(
    "difference",
    "&Difference",
    Menu.VIEW,
    "D",
    tip="Where and how the results differ from the reference",
    checkable=True,
    checked=_in_mode("difference"),
)
def difference(window: MainWindow) -> None:
    """Maps of the difference to the reference."""
    window.set_mode("difference")


@action(
    "difference_kind",
    "Next &kind of difference",
    Menu.VIEW,
    "Shift+D",
    tip="Texture loss, signed, absolute, squared, structural: one after the other",
)
def difference_kind(window: MainWindow) -> None:
    """Differences of the next kind."""
    if window.mode == "difference":
        window.view.difference.next_kind()
    else:
        window.set_mode("difference")


@action(
    "wipe_across",
    "Wipe from &top to bottom",
    Menu.VIEW,
    "Shift+W",
    tip="The wipe's edge lies across instead of upright",
    checkable=True,
    checked=lambda window: not window.view.wipe.upright,
)
def wipe_across(window: MainWindow) -> None:
    """Turn the wipe's edge."""
    window.view.wipe.set_upright(not window.view.wipe.upright)
    window.set_mode("wipe")


@action("fit", "&Fit", Menu.VIEW, "F", "Ctrl+0", tip="Show the whole image", separator_before=True)
def fit(window: MainWindow) -> None:
    """Show everything."""
    window.view.fit()


@action("zoom_100", "&100 %", Menu.VIEW, "Ctrl+1", tip="One image pixel on one screen pixel")
def zoom_100(window: MainWindow) -> None:
    """One to one."""
    window.view.set_scale(1.0)


@action("zoom_200", "&200 %", Menu.VIEW, "Ctrl+2", tip="One image pixel on two by two screen pixels")
def zoom_200(window: MainWindow) -> None:
    """Two to one."""
    window.view.set_scale(2.0)


@action("zoom_in", "Zoom &in", Menu.VIEW, "Ctrl++", "Ctrl+=", in_menu=False)
def zoom_in(window: MainWindow) -> None:
    """Zoom in by half an octave."""
    window.view.zoom_steps(1)


@action("zoom_out", "Zoom &out", Menu.VIEW, "Ctrl+-", in_menu=False)
def zoom_out(window: MainWindow) -> None:
    """Zoom out by half an octave."""
    window.view.zoom_steps(-1)


@action(
    "into_step",
    "Bring panes into &step",
    Menu.VIEW,
    "S",
    tip="Show the same part everywhere again, after a pane was moved alone with Alt and the mouse",
    enabled=lambda window: not window.view.state.in_step,
)
def into_step(window: MainWindow) -> None:
    """Every pane at the shared view."""
    window.view.state.bring_into_step()


def _register_numbers() -> None:
    """Keys 1 to 9 choose a result; with Alt they make it the reference of the panes."""
    for number in range(1, 10):
        action(f"select_{number}", f"Select result {number}", Menu.VIEW, str(number), in_menu=False)(
            lambda window, n=number: window.view.select_number(n)
        )
        action(
            f"reference_{number}",
            f"Use result {number} as reference",
            Menu.VIEW,
            f"Alt+{number}",
            in_menu=False,
        )(lambda window, n=number: window.view.set_reference_number(n))


_register_numbers()


@action("next_result", "Next result", Menu.VIEW, "Ctrl+Tab", in_menu=False)
def next_result(window: MainWindow) -> None:
    """Select the next result."""
    window.view.next()


@action("previous_result", "Previous result", Menu.VIEW, "Ctrl+Shift+Tab", in_menu=False)
def previous_result(window: MainWindow) -> None:
    """Select the result before."""
    window.view.previous()


@action(
    "auto_blink",
    "Blink &automatically",
    Menu.VIEW,
    "Shift+B",
    tip="Alternate between the selected result and the reference twice a second",
    checkable=True,
    checked=lambda window: window.blinking,
)
def auto_blink(window: MainWindow) -> None:
    """Blink by itself, or stop."""
    window.set_blinking(not window.blinking)


@action(
    "loupe",
    "&Loupe",
    Menu.VIEW,
    "L",
    tip="Enlarge the pixels under the mouse in every pane, with their values",
    checkable=True,
    checked=lambda window: window.view.state.loupe,
    separator_before=True,
)
def loupe(window: MainWindow) -> None:
    """Loupe on or off."""
    window.view.state.set_appearance(loupe=not window.view.state.loupe)


@action(
    "labels", "La&bels", Menu.VIEW, "T", checkable=True, checked=lambda window: window.view.state.show_labels
)
def labels(window: MainWindow) -> None:
    """Names on the panes on or off."""
    window.view.state.set_appearance(show_labels=not window.view.state.show_labels)


@action(
    "pixel_grid",
    "&Pixel grid and values",
    Menu.VIEW,
    "P",
    tip="Lines between pixels from 800 % up, red, green and blue inside them from 3200 % up",
    checkable=True,
    checked=lambda window: window.view.state.pixel_grid,
)
def pixel_grid(window: MainWindow) -> None:
    """What is drawn over enlarged pixels, on or off."""
    window.view.state.set_appearance(pixel_grid=not window.view.state.pixel_grid)


@action("show_input", "Show &input", Menu.VIEW, "I", checkable=True, checked=lambda window: window.show_input)
def show_input(window: MainWindow) -> None:
    """A pane for the low-resolution photo, or none."""
    window.show_input = not window.show_input
    window.refresh()


@action(
    "show_truth",
    "Show ground &truth",
    Menu.VIEW,
    "Shift+T",
    checkable=True,
    enabled=lambda window: (photo := window.workspace.photo()) is not None and photo.reference is not None,
    checked=lambda window: window.show_truth,
)
def show_truth(window: MainWindow) -> None:
    """A pane for the ground truth, or none."""
    window.show_truth = not window.show_truth
    window.refresh()


@action("next_photo", "&Next photo", Menu.VIEW, "Ctrl+PgDown", separator_before=True)
def next_photo(window: MainWindow) -> None:
    """Show the next photo of the queue."""
    window.photos.step(1)


@action("previous_photo", "Previous photo", Menu.VIEW, "Ctrl+PgUp")
def previous_photo(window: MainWindow) -> None:
    """Show the previous photo of the queue."""
    window.photos.step(-1)


@action(
    "full_screen",
    "F&ull screen",
    Menu.VIEW,
    "F11",
    checkable=True,
    checked=lambda window: window.isFullScreen(),
    separator_before=True,
)
def full_screen(window: MainWindow) -> None:
    """Fill the screen, or go back."""
    window.setWindowState(window.windowState() ^ window.full_screen_state)


@action("reset_layout", "&Restore panels", Menu.VIEW, tip="Put all panels back where they were at first")
def reset_layout(window: MainWindow) -> None:
    """The panels as at the first start."""
    window.restore_first_layout()
