"""How the images are compared: mode, zoom, panes and docks."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from qdit4sr_gui.actions import Menu, action

if TYPE_CHECKING:
    from qdit4sr_gui.main_window import MainWindow


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
