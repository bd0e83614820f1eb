"""What leaves the program: figure, tables, single results, the view."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication

from qdit4sr_gui.commands.registry import CommandId, Menu, command
from qdit4sr_gui.commands.studio import Studio
from qdit4sr_gui.style.translation import tr


class ExportCommand(CommandId):
    """The commands of this file."""

    EXPORT_FIGURE = "export_figure"
    EXPORT_TABLE = "export_table"
    COPY_TABLE = "copy_table"
    SAVE_RESULT = "save_result"
    SAVE_RESULTS = "save_results"
    SAVE_VIEW = "save_view"
    COPY_VIEW = "copy_view"


def _has_result(studio: Studio) -> bool:
    photo = studio.workspace.photo()
    return photo is not None and any(
        (result := studio.workspace.result(photo, spec)) is not None and result.error is None
        for spec in studio.workspace.specs
    )


def _selected_name(studio: Studio) -> str:
    image = studio.view.image_set.image(studio.view.image_set.selected)
    return "" if image is None else image.label


@command(
    ExportCommand.EXPORT_FIGURE,
    "Export &figure…",
    Menu.EXPORT,
    "Ctrl+E",
    tip="Side-by-side figure as PNG, PDF or SVG",
    enabled=_has_result,
)
def export_figure(studio: Studio) -> None:
    """Choose how the figure looks and write it."""
    studio.shell.choose_figure()


@command(
    ExportCommand.EXPORT_TABLE,
    "Export &table…",
    Menu.EXPORT,
    "Ctrl+Shift+E",
    tip="Measurements as CSV, Markdown, LaTeX or JSON",
    enabled=_has_result,
)
def export_table(studio: Studio) -> None:
    """Write the measurements."""
    studio.exports.export_table()


@command(
    ExportCommand.COPY_TABLE,
    "Copy ta&ble",
    Menu.EXPORT,
    "Ctrl+Shift+C",
    tip="Measurements as Markdown to the clipboard",
    enabled=_has_result,
)
def copy_table(studio: Studio) -> None:
    """The measurements on the clipboard."""
    studio.exports.copy_table()


@command(
    ExportCommand.SAVE_RESULT,
    "Save selected &result…",
    Menu.EXPORT,
    "Ctrl+Alt+R",
    enabled=lambda studio: studio.view.selected_pixels() is not None,
    separator_before=True,
    subject=_selected_name,
)
def save_result(studio: Studio) -> None:
    """Write the selected pane's image."""
    studio.exports.export_result()


@command(ExportCommand.SAVE_RESULTS, "Save &all results…", Menu.EXPORT, "Ctrl+Alt+S", enabled=_has_result)
def save_results(studio: Studio) -> None:
    """Write every image of the current photo."""
    studio.exports.export_all_results()


@command(
    ExportCommand.SAVE_VIEW,
    "Save &view…",
    Menu.EXPORT,
    tip="The panes as shown, as PNG",
    separator_before=True,
)
def save_view(studio: Studio) -> None:
    """Write the panes as shown."""
    studio.exports.export_view()


@command(
    ExportCommand.COPY_VIEW,
    "&Copy view",
    Menu.EXPORT,
    "Ctrl+C",
    tip="Copy the panes as shown to the clipboard",
)
def copy_view(studio: Studio) -> None:
    """The panes as a picture on the clipboard."""
    QApplication.clipboard().setImage(studio.view.grab_view())
    studio.ask.say(tr("The view is on the clipboard."))
