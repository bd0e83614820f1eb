"""Bringing photos in, and closing."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication

from qdit4sr_core.pairing import SUFFIXES
from qdit4sr_gui.commands.registry import CommandId, Menu, command
from qdit4sr_gui.commands.studio import Studio
from qdit4sr_gui.style.translation import tr


class FileCommand(CommandId):
    """The commands of this file."""

    OPEN = "open"
    OPEN_FOLDER = "open_folder"
    PASTE = "paste"
    OPEN_SAMPLE = "open_sample"
    OPEN_TRUTH = "open_truth"
    PAIR_TRUTH = "pair_truth"
    REMOVE_PHOTO = "remove_photo"
    REMOVE_ALL = "remove_all"
    OPEN_MODEL = "open_model"
    BUNDLED_MODEL = "bundled_model"
    OPEN_SESSION = "open_session"
    REOPEN_LAST = "reopen_last"
    SAVE_SESSION = "save_session"
    SAVE_SESSION_AS = "save_session_as"
    QUIT = "quit"


def _has_photo(studio: Studio) -> bool:
    return studio.workspace.photo() is not None


def image_filter() -> str:
    """The filter line of the open dialogs."""
    return (
        tr("Images") + " (" + " ".join(f"*{suffix}" for suffix in SUFFIXES) + ");;" + tr("All files") + " (*)"
    )


@command(FileCommand.OPEN, "&Open photos…", Menu.FILE, "Ctrl+O", tip="Open low-resolution photos")
def open_photos(studio: Studio) -> None:
    """Ask for photos and add them; a session or a model chosen among all files is opened as such."""
    studio.photos.offer(studio.ask.open_files(tr("Open photos"), image_filter()))


@command(
    FileCommand.OPEN_FOLDER, "Open &folder…", Menu.FILE, "Ctrl+Shift+O", tip="Open every photo of a folder"
)
def open_folder(studio: Studio) -> None:
    """Ask for a folder and add its photos."""
    folder = studio.ask.folder(tr("Open folder"))
    if folder is not None:
        studio.photos.offer([folder])


@command(FileCommand.PASTE, "&Paste", Menu.FILE, "Ctrl+V", tip="Paste a picture or files as new photos")
def paste(studio: Studio) -> None:
    """Add the clipboard's picture or files."""
    studio.photos.open_clipboard(QApplication.clipboard().mimeData())


@command(
    FileCommand.OPEN_SAMPLE, "Open &bundled sample", Menu.FILE, tip="Open a photo that comes with the program"
)
def open_sample(studio: Studio) -> None:
    """Add the bundled samples."""
    studio.photos.open_sample()


@command(
    FileCommand.OPEN_TRUTH,
    "Open &ground truth…",
    Menu.FILE,
    "Ctrl+T",
    tip="Give the photo shown its ground truth: an image four times as large",
    enabled=_has_photo,
    separator_before=True,
)
def open_truth(studio: Studio) -> None:
    """Ask for the ground truth of the current photo."""
    path = studio.ask.open_file(tr("Open ground truth"), image_filter())
    if path is not None:
        studio.photos.set_reference(studio.workspace.current, path)


@command(FileCommand.PAIR_TRUTH, "Pair ground truth by name…", Menu.FILE, enabled=_has_photo)
def pair_truth(studio: Studio) -> None:
    """Ask for a folder and pair its files with the photos of the same name."""
    folder = studio.ask.folder(tr("Folder of ground truth images"))
    if folder is not None:
        studio.photos.pair_references(folder)


@command(
    FileCommand.REMOVE_PHOTO,
    "Remove pho&to",
    Menu.FILE,
    "Ctrl+Delete",
    tip="Take the photo shown out of the list; undo brings it back with its results",
    enabled=_has_photo,
)
def remove_photo(studio: Studio) -> None:
    """Take the current photo out of the queue."""
    studio.photos.remove([studio.workspace.current])


@command(FileCommand.REMOVE_ALL, "Remove all p&hotos", Menu.FILE, enabled=_has_photo)
def remove_all(studio: Studio) -> None:
    """Empty the queue; undo brings everything back."""
    studio.photos.remove_all()


@command(
    FileCommand.OPEN_MODEL,
    "Open &model folder…",
    Menu.FILE,
    "Ctrl+Shift+M",
    tip="Use a model of your own: its folder is checked before it is loaded",
    separator_before=True,
)
def open_model(studio: Studio) -> None:
    """Ask for a model folder and show its check."""
    folder = studio.ask.folder(tr("Model folder"), start=studio.preferences.value.model)
    if folder is not None:
        studio.shell.edit_preferences(folder)


@command(
    FileCommand.BUNDLED_MODEL,
    "Use bun&dled model",
    Menu.FILE,
    enabled=lambda studio: studio.preferences.value.model != "",
)
def bundled_model(studio: Studio) -> None:
    """Go back to the model that comes with the program."""
    studio.preferences.change(model="", base="")


@command(FileCommand.OPEN_SESSION, "Open &session…", Menu.FILE, "Ctrl+Alt+O", separator_before=True)
def open_session(studio: Studio) -> None:
    """Reopen a saved session."""
    studio.exports.ask_open_session()


@command(
    FileCommand.REOPEN_LAST,
    "Reopen &last session",
    Menu.FILE,
    tip="What was computed last, kept by itself",
    enabled=lambda studio: studio.shell.last_session is not None,
)
def reopen_last(studio: Studio) -> None:
    """Bring back what was computed last."""
    studio.shell.reopen_last()


@command(
    FileCommand.SAVE_SESSION,
    "Sa&ve session",
    Menu.FILE,
    "Ctrl+S",
    tip="Photos, results, regions and view as one file: the one that is open, else a new one",
    enabled=_has_photo,
)
def save_session(studio: Studio) -> None:
    """Save everything."""
    studio.exports.save()


@command(
    FileCommand.SAVE_SESSION_AS,
    "Save session &as…",
    Menu.FILE,
    "Ctrl+Shift+S",
    tip="Everything as another file, which is the one that is open from then on",
    enabled=_has_photo,
)
def save_session_as(studio: Studio) -> None:
    """Save everything to another file."""
    studio.exports.ask_save_session()


@command(FileCommand.QUIT, "&Quit", Menu.FILE, "Ctrl+Q", also="exit close end", separator_before=True)
def quit_program(studio: Studio) -> None:
    """Close the studio."""
    studio.shell.quit()
