"""What leaves the program: figure, tables, single results, the view."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication

from qdit4sr_gui.actions import Menu, action

if TYPE_CHECKING:
    from qdit4sr_gui.main_window import MainWindow


@action("copy_view", "&Copy view", Menu.EXPORT, "Ctrl+C", tip="Copy the panes as shown to the clipboard")
def copy_view(window: MainWindow) -> None:
    """The panes as a picture on the clipboard."""
    QApplication.clipboard().setImage(window.view.grab_view())
    window.say_done("The view is on the clipboard.")
