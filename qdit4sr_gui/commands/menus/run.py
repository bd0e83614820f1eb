"""Starting, stopping and holding runs."""

from __future__ import annotations

from qdit4sr_core.variant_text import VariantText
from qdit4sr_gui.commands.registry import CommandId, Menu, command
from qdit4sr_gui.commands.studio import Studio
from qdit4sr_gui.controllers.runs import other_weights
from qdit4sr_gui.style.translation import tr


class RunCommand(CommandId):
    """The commands of this file."""

    RUN = "run"
    RUN_ALL = "run_all"
    RERUN = "rerun"
    METHOD_GRID = "method_grid"
    KEEP_PRESET = "keep_preset"
    LOAD_ARTIFACT = "load_artifact"
    LOAD_RESULTS = "load_results"
    CANCEL = "cancel"
    PAUSE = "pause"


def _may_run(studio: Studio) -> bool:
    """Results of other weights do not compare with new ones: nobody loses sight of them unasked."""
    return not studio.runs.made_elsewhere or studio.ask.confirm(
        other_weights(), yes=tr("Make all anew"), no=tr("Keep looking at these")
    )


def why_not_run(studio: Studio) -> str:
    """Why Run has nothing to do, in a sentence; empty where it has."""
    photo = studio.workspace.photo()
    if photo is None:
        return tr("There is no photo yet.")
    if photo.key == studio.runs.running_photo():
        return tr("This photo is being run.")
    if photo.key in studio.runs.waiting_photos():
        return tr("This photo waits for its turn.")
    if not studio.workspace.specs:
        return tr("No variant is ticked.")
    if not studio.workspace.missing(photo):
        return tr("All ticked variants of this photo are done; the arrow has what else can be run.")
    return ""


@command(
    RunCommand.RUN,
    "&Run",
    Menu.RUN,
    "F5",
    "Ctrl+R",
    tip="Run the ticked variants that are missing",
    enabled=lambda studio: not why_not_run(studio),
)
def run(studio: Studio) -> None:
    """Run what is missing of the current photo."""
    if _may_run(studio):
        studio.runs.run_current()


@command(
    RunCommand.RUN_ALL,
    "Run &all photos",
    Menu.RUN,
    "Ctrl+F5",
    tip="Run what is missing of every photo",
    enabled=lambda studio: any(studio.workspace.missing(photo) for photo in studio.workspace.photos),
)
def run_all(studio: Studio) -> None:
    """Queue what is missing of every photo."""
    if not _may_run(studio):
        return
    for photo in studio.workspace.photos:
        studio.runs.run(photo)


@command(
    RunCommand.RERUN,
    "Run aga&in",
    Menu.RUN,
    "Shift+F5",
    tip="Forget this photo's results and run everything again",
    enabled=lambda studio: studio.workspace.photo() is not None and not studio.runs.running,
)
def rerun(studio: Studio) -> None:
    """Run everything of the current photo again."""
    photo = studio.workspace.photo()
    if photo is not None:
        studio.workspace.forget_results(photo)
        studio.runs.run_current()


@command(
    RunCommand.METHOD_GRID,
    "Add &methods and widths…",
    Menu.RUN,
    "Ctrl+M",
    tip="A grid of ticks: many methods at many widths",
    separator_before=True,
)
def method_grid(studio: Studio) -> None:
    """Tick methods and widths in a grid."""
    studio.shell.choose_methods()


@command(
    RunCommand.KEEP_PRESET, "&Save variants as preset…", Menu.RUN, tip="Keep the ticked variants under a name"
)
def keep_preset(studio: Studio) -> None:
    """Keep the ticked variants under a name."""
    studio.shell.keep_preset()


@command(RunCommand.LOAD_ARTIFACT, "Load ar&tifact…", Menu.RUN, tip="Add a quantized model file as a variant")
def load_artifact(studio: Studio) -> None:
    """Ask for a quantized file and tick it as a variant."""
    path = studio.ask.open_file(tr("Open quantized file"), "Safetensors (*.safetensors)")
    if path is not None:
        studio.workspace.offer_variant(VariantText("artifact", path=path).text)


@command(
    RunCommand.LOAD_RESULTS,
    "Add results made &elsewhere…",
    Menu.RUN,
    tip="Compare with the pictures of a folder that carry the photos' names",
)
def load_results(studio: Studio) -> None:
    """Ask for a folder of finished pictures and tick it as a variant."""
    folder = studio.ask.folder(tr("Folder of results"))
    if folder is not None:
        studio.workspace.offer_variant(VariantText("images", path=folder).text)


@command(
    RunCommand.CANCEL,
    "&Cancel",
    Menu.RUN,
    "Ctrl+.",
    tip="Stop within one step; finished variants stay",
    enabled=lambda studio: studio.runs.running or studio.runs.busy,
    separator_before=True,
)
def cancel(studio: Studio) -> None:
    """Stop the run."""
    studio.runs.cancel()


@command(
    RunCommand.PAUSE,
    "&Pause queue",
    Menu.RUN,
    "Ctrl+P",
    tip="Hold the queue after the running photo",
    checkable=True,
    checked=lambda studio: studio.runs.paused,
)
def pause(studio: Studio) -> None:
    """Hold the queue, or go on."""
    studio.runs.set_paused(not studio.runs.paused)
