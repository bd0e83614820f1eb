"""What goes to other people: the summary over photos, a page, a blinking picture, every result."""

from __future__ import annotations

from qdit4sr_gui.commands.registry import CommandId, Menu, command
from qdit4sr_gui.commands.studio import Studio


class ShareCommand(CommandId):
    """The commands of this file."""

    EXPORT_SUMMARY = "export_summary"
    EXPORT_TRADEOFF = "export_tradeoff"
    SHARE_PAGE = "share_page"
    EXPORT_BLINK = "export_blink"
    SAVE_EVERYTHING = "save_everything"
    SHOW_IN_FOLDER = "show_in_folder"


def _any_result(studio: Studio) -> bool:
    workspace = studio.workspace
    return any(
        (result := workspace.result(photo, spec)) is not None and result.error is None
        for photo in workspace.photos
        for spec in workspace.specs
    )


@command(
    ShareCommand.EXPORT_SUMMARY,
    "Export su&mmary…",
    Menu.EXPORT,
    tip="Every variant over all photos: size, time and damage as CSV, Markdown, LaTeX or JSON",
    enabled=_any_result,
    separator_before=True,
)
def export_summary(studio: Studio) -> None:
    """Write the means over photos."""
    studio.sharing.ask_summary()


@command(
    ShareCommand.EXPORT_TRADEOFF,
    "Export plot of &damage against cost…",
    Menu.EXPORT,
    tip="Damage against size and time with the Pareto front, as PNG, PDF or SVG",
    enabled=_any_result,
)
def export_tradeoff(studio: Studio) -> None:
    """Draw damage against size and time."""
    studio.sharing.ask_tradeoff()


@command(
    ShareCommand.SHARE_PAGE,
    "Share as &page…",
    Menu.EXPORT,
    tip="One HTML file with a wipe, keys and zoom over every result; it needs no network",
    enabled=_any_result,
    separator_before=True,
)
def share_page(studio: Studio) -> None:
    """Write a page that any browser shows."""
    studio.sharing.ask_page()


@command(
    ShareCommand.EXPORT_BLINK,
    "Export blin&king picture…",
    Menu.EXPORT,
    tip="The active region of every result, one after the other in place, as GIF, APNG or WebP",
    enabled=_any_result,
)
def export_blink(studio: Studio) -> None:
    """Write an animation of the active region."""
    studio.sharing.ask_animation()


@command(
    ShareCommand.SAVE_EVERYTHING,
    "Save results of a&ll photos…",
    Menu.EXPORT,
    "Ctrl+Alt+Shift+S",
    tip="Every result of every photo into one folder, as PNG, JPEG or WebP",
    enabled=_any_result,
)
def save_everything(studio: Studio) -> None:
    """Write all there is."""
    studio.sharing.ask_everything()


@command(
    ShareCommand.SHOW_IN_FOLDER,
    "S&how last export in its folder",
    Menu.EXPORT,
    enabled=lambda studio: studio.ask.last_saved is not None,
    separator_before=True,
)
def show_in_folder(studio: Studio) -> None:
    """Open the folder of what was written last."""
    studio.ask.show_saved()
