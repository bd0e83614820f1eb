"""Bringing photos in, and closing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication, QFileDialog

from qdit4sr_gui.state.workspace import IMAGE_SUFFIXES
from qdit4sr_gui.style.translation import tr

from .registry import Menu, action

if TYPE_CHECKING:
    from qdit4sr_gui.window.main_window import MainWindow


def _has_photo(window: MainWindow) -> bool:
    return window.workspace.photo() is not None


def image_filter() -> str:
    """The filter line of the open dialogs."""
    return (
        tr("Images")
        + " ("
        + " ".join(f"*{suffix}" for suffix in IMAGE_SUFFIXES)
        + ");;"
        + tr("All files")
        + " (*)"
    )


@action("open", "&Open photos…", Menu.FILE, "Ctrl+O", tip="Open low-resolution photos")
def open_photos(window: MainWindow) -> None:
    """Ask for photos and add them."""
    names, _ = QFileDialog.getOpenFileNames(window, tr("Open photos"), window.last_folder(), image_filter())
    window.photos.open_paths([Path(name) for name in names])


@action("open_folder", "Open &folder…", Menu.FILE, "Ctrl+Shift+O", tip="Open every photo of a folder")
def open_folder(window: MainWindow) -> None:
    """Ask for a folder and add its photos."""
    name = QFileDialog.getExistingDirectory(window, tr("Open folder"), window.last_folder())
    if name:
        window.open_files([Path(name)])


@action("paste", "&Paste", Menu.FILE, "Ctrl+V", tip="Paste a picture or files as new photos")
def paste(window: MainWindow) -> None:
    """Add the clipboard's picture or files."""
    window.photos.open_clipboard(QApplication.clipboard().mimeData())


@action("open_sample", "Open &bundled sample", Menu.FILE, tip="Open a photo that comes with the program")
def open_sample(window: MainWindow) -> None:
    """Add the bundled samples."""
    window.photos.open_sample()


@action(
    "open_truth",
    "Open &ground truth…",
    Menu.FILE,
    "Ctrl+T",
    tip="Give the photo shown its ground truth: an image four times as large",
    enabled=_has_photo,
    separator_before=True,
)
def open_truth(window: MainWindow) -> None:
    """Ask for the ground truth of the current photo."""
    name, _ = QFileDialog.getOpenFileName(
        window, tr("Open ground truth"), window.last_folder(), image_filter()
    )
    if name:
        window.photos.set_reference(window.workspace.current, Path(name))


@action("pair_truth", "Pair ground truth by name…", Menu.FILE, enabled=_has_photo)
def pair_truth(window: MainWindow) -> None:
    """Ask for a folder and pair its files with the photos of the same name."""
    name = QFileDialog.getExistingDirectory(window, tr("Folder of ground truth images"), window.last_folder())
    if name:
        window.photos.pair_references(Path(name))


@action("remove_photo", "&Remove photo", Menu.FILE, "Ctrl+Delete", enabled=_has_photo)
def remove_photo(window: MainWindow) -> None:
    """Take the current photo out of the queue."""
    window.photos.remove(window.workspace.current)


@action(
    "open_model",
    "Open &model folder…",
    Menu.FILE,
    "Ctrl+Shift+M",
    tip="Use a model of your own: its folder is checked before it is loaded",
    separator_before=True,
)
def open_model(window: MainWindow) -> None:
    """Ask for a model folder and show its check."""
    name = QFileDialog.getExistingDirectory(window, tr("Model folder"), window.preferences.model)
    if name:
        window.edit_preferences(Path(name))


@action(
    "bundled_model", "Use bun&dled model", Menu.FILE, enabled=lambda window: window.preferences.model != ""
)
def bundled_model(window: MainWindow) -> None:
    """Go back to the model that comes with the program."""
    window.set_preferences(replace(window.preferences, model="", base=""))


@action("open_session", "Open &session…", Menu.FILE, "Ctrl+Alt+O", separator_before=True)
def open_session(window: MainWindow) -> None:
    """Reopen a saved session."""
    window.exporter.ask_open_session()


@action(
    "save_session",
    "Sa&ve session…",
    Menu.FILE,
    "Ctrl+Shift+S",
    tip="Photos, results, regions and view as one file",
    enabled=_has_photo,
)
def save_session(window: MainWindow) -> None:
    """Save everything."""
    window.exporter.ask_save_session()


@action("quit", "&Quit", Menu.FILE, "Ctrl+Q", separator_before=True)
def quit_program(window: MainWindow) -> None:
    """Close the window."""
    window.close()
