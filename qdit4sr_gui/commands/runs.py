"""Starting, stopping and holding runs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog

from qdit4sr_core.variant_text import VariantText
from qdit4sr_gui.style.translation import tr

from .registry import Menu, action

if TYPE_CHECKING:
    from qdit4sr_gui.window.main_window import MainWindow


def _can_run(window: MainWindow) -> bool:
    photo = window.workspace.photo()
    return (
        photo is not None
        and bool(window.workspace.missing(photo))
        and photo.key != window.runs.running_photo()
    )


@action(
    "run", "&Run", Menu.RUN, "F5", "Ctrl+R", tip="Run the ticked variants that are missing", enabled=_can_run
)
def run(window: MainWindow) -> None:
    """Run what is missing of the current photo."""
    window.run_current()


@action(
    "run_all",
    "Run &all photos",
    Menu.RUN,
    "Ctrl+F5",
    tip="Run what is missing of every photo",
    enabled=lambda window: any(window.workspace.missing(photo) for photo in window.workspace.photos),
)
def run_all(window: MainWindow) -> None:
    """Queue what is missing of every photo."""
    for photo in window.workspace.photos:
        window.runs.run(photo)


@action(
    "rerun",
    "Run ag&ain",
    Menu.RUN,
    "Shift+F5",
    tip="Forget this photo's results and run everything again",
    enabled=lambda window: window.workspace.photo() is not None and not window.runs.running,
)
def rerun(window: MainWindow) -> None:
    """Run everything of the current photo again."""
    photo = window.workspace.photo()
    if photo is not None:
        window.workspace.forget_results(photo)
        window.run_current()


@action("load_artifact", "Load &artifact…", Menu.RUN, tip="Add a quantized model file as a variant")
def load_artifact(window: MainWindow) -> None:
    """Ask for a quantized file and tick it as a variant."""
    name, _ = QFileDialog.getOpenFileName(
        window, tr("Open quantized file"), window.last_folder(), "Safetensors (*.safetensors)"
    )
    if name:
        window.variants_panel.add_spec(VariantText("artifact", path=Path(name)).text)


@action(
    "load_results",
    "Add &results made elsewhere…",
    Menu.RUN,
    tip="Compare with the pictures of a folder that carry the photos' names",
)
def load_results(window: MainWindow) -> None:
    """Ask for a folder of finished pictures and tick it as a variant."""
    name = QFileDialog.getExistingDirectory(window, tr("Folder of results"), window.last_folder())
    if name:
        window.variants_panel.add_spec(VariantText("images", path=Path(name)).text)


@action(
    "cancel",
    "&Cancel",
    Menu.RUN,
    "Ctrl+.",
    tip="Stop within one step; finished variants stay",
    enabled=lambda window: window.runs.running or window.runs.busy,
    separator_before=True,
)
def cancel(window: MainWindow) -> None:
    """Stop the run."""
    window.cancel()


@action(
    "pause",
    "&Pause queue",
    Menu.RUN,
    "Ctrl+P",
    tip="Hold the queue after the running photo",
    checkable=True,
    checked=lambda window: window.runs.paused,
)
def pause(window: MainWindow) -> None:
    """Hold the queue, or go on."""
    window.runs.set_paused(not window.runs.paused)
