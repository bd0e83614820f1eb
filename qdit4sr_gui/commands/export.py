"""What leaves the program: figure, tables, single results, the view."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication

from .registry import Menu, action

if TYPE_CHECKING:
    from qdit4sr_gui.window.main_window import MainWindow


def _has_result(window: MainWindow) -> bool:
    photo = window.workspace.photo()
    return photo is not None and any(
        (result := window.workspace.result(photo, spec)) is not None and result.error is None
        for spec in window.workspace.specs
    )


@action(
    "export_figure",
    "Export &figure…",
    Menu.EXPORT,
    "Ctrl+E",
    tip="Side-by-side figure as PNG, PDF or SVG",
    enabled=_has_result,
)
def export_figure(window: MainWindow) -> None:
    """Choose how the figure looks and write it."""
    window.exporter.export_figure()


@action(
    "export_table",
    "Export &table…",
    Menu.EXPORT,
    "Ctrl+Shift+E",
    tip="Measurements as CSV, Markdown, LaTeX or JSON",
    enabled=_has_result,
)
def export_table(window: MainWindow) -> None:
    """Write the measurements."""
    window.exporter.export_table()


@action(
    "copy_table",
    "Copy ta&ble",
    Menu.EXPORT,
    "Ctrl+Shift+C",
    tip="Measurements as Markdown to the clipboard",
    enabled=_has_result,
)
def copy_table(window: MainWindow) -> None:
    """The measurements on the clipboard."""
    window.exporter.copy_table()


@action(
    "save_result",
    "Save selected &result…",
    Menu.EXPORT,
    "Ctrl+S",
    enabled=lambda window: window.selected_result() is not None,
    separator_before=True,
)
def save_result(window: MainWindow) -> None:
    """Write the selected pane's image."""
    window.exporter.export_result()


@action("save_results", "Save &all results…", Menu.EXPORT, "Ctrl+Alt+S", enabled=_has_result)
def save_results(window: MainWindow) -> None:
    """Write every image of the current photo."""
    window.exporter.export_all_results()


@action("save_view", "Save &view…", Menu.EXPORT, tip="The panes as shown, as PNG", separator_before=True)
def save_view(window: MainWindow) -> None:
    """Write the panes as shown."""
    window.exporter.export_view()


@action("copy_view", "&Copy view", Menu.EXPORT, "Ctrl+C", tip="Copy the panes as shown to the clipboard")
def copy_view(window: MainWindow) -> None:
    """The panes as a picture on the clipboard."""
    QApplication.clipboard().setImage(window.view.grab_view())
    window.say_done("The view is on the clipboard.")
