"""The window's file and message dialogs."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox, QWidget

from qdit4sr_core.presence import folder_is_there
from qdit4sr_gui.style.translation import tr

from .failure_box import show_failure_box
from .settings import SettingsStore

MESSAGE_MS = 8000
_SHORT = QFileDialog.Option.HideNameFilterDetails
"""The list of endings of photos is longer than the dialog is wide."""


_ENDINGS = re.compile(r"\*(\.\w+)")
"""Of one of Qt's filters, or of several: "JPEG (*.jpg *.jpeg)"."""


class Questions(QObject):
    """`controllers.ask.Ask` with Qt's dialogs over a window.

    They start where photos were opened last, those to write in where something was saved last.
    """

    fileSaved = Signal()
    """There is a last saved file, whose folder can be shown."""

    def __init__(
        self,
        parent: QWidget,
        settings: SettingsStore,
        say: Callable[[str, int], None],
        offer: Callable[[str, Callable[[], None]], None],
    ) -> None:
        """`say(text, milliseconds)` shows a sentence for a while, `offer(text, act)` a button after it."""
        super().__init__(parent)
        self._parent, self._settings, self._say = parent, settings, say
        self._offer = offer
        self._saved: Path | None = None
        self.closed = False
        """After the window was closed nothing is said any more."""

    def open_files(self, title: str, filters: str) -> list[Path]:
        """Files to read."""
        names, _ = QFileDialog.getOpenFileNames(
            self._front, title, self._settings.last_folder(), filters, options=_SHORT
        )
        return [Path(name) for name in names]

    def open_file(self, title: str, filters: str) -> Path | None:
        """One file to read."""
        name, _ = QFileDialog.getOpenFileName(
            self._front, title, self._settings.last_folder(), filters, options=_SHORT
        )
        return Path(name) if name else None

    @property
    def _front(self) -> QWidget:
        """The dialog that is open, which another must lie over, or the window."""
        return QApplication.activeModalWidget() or self._parent

    def folder(self, title: str, start: str = "") -> Path | None:
        """A folder."""
        name = QFileDialog.getExistingDirectory(self._front, title, start or self._settings.last_folder())
        return Path(name) if name else None

    def folder_for(self, title: str) -> Path | None:
        """A folder to write into."""
        folder = self.folder(title, self._settings.saving_folder())
        if folder is not None:
            self._settings.remember_saving_folder(folder)
        return folder

    def save_file(self, title: str, name: str, filters: str) -> Path | None:
        """A file to write."""
        offered = str(Path(self._settings.saving_folder()) / name)
        chosen, kind = QFileDialog.getSaveFileName(self._front, title, offered, filters)
        if not chosen:
            return None
        self._settings.remember_saving_folder(Path(chosen).parent)
        return with_ending(Path(chosen), Path(name).name, kind, filters)

    def confirm(self, question: str, yes: str, no: str) -> bool:
        """A question with two answers."""
        box = QMessageBox(QMessageBox.Icon.Question, self._parent.windowTitle(), question, parent=self._front)
        box.setTextFormat(Qt.TextFormat.PlainText)  # file names may hold tags
        wanted = box.addButton(yes, QMessageBox.ButtonRole.AcceptRole)
        box.setEscapeButton(box.addButton(no, QMessageBox.ButtonRole.RejectRole))
        box.exec()
        return box.clickedButton() is wanted

    def choose(self, question: str, answers: Sequence[str]) -> int | None:
        """A question with several answers, and Cancel."""
        box = QMessageBox(QMessageBox.Icon.Question, self._parent.windowTitle(), question, parent=self._front)
        box.setTextFormat(Qt.TextFormat.PlainText)
        buttons = [box.addButton(answer, QMessageBox.ButtonRole.AcceptRole) for answer in answers]
        box.addButton(QMessageBox.StandardButton.Cancel)
        box.setDefaultButton(buttons[0])
        box.exec()
        chosen = box.clickedButton()
        return buttons.index(chosen) if chosen in buttons else None

    def say(self, text: str) -> None:
        """One sentence in the status bar."""
        self._say(text, MESSAGE_MS)

    def saved(self, text: str, path: Path) -> None:
        """The sentence, and a button that opens the folder."""
        self._saved = path
        self.say(text)
        self._offer(tr("Show in folder"), self.show_saved)
        self.fileSaved.emit()

    @property
    def last_saved(self) -> Path | None:
        """What was written last."""
        return self._saved

    def show_saved(self) -> None:
        """Open the folder in the system's file browser."""
        if self._saved is not None:
            folder = self._saved if folder_is_there(self._saved) else self._saved.parent
            if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder))):
                self.say(tr("No program here opens folders; this one is {path}.", path=folder))

    @Slot(str, str)
    def fail(self, sentence: str, details: str = "") -> None:
        """A message box with the details to copy."""
        if not self.closed:
            show_failure_box(self._parent, sentence, details)


def with_ending(path: Path, offered: str, kind: str, filters: str) -> Path:
    """The file's path with the (first) ending of the chosen kind ("PDF (*.pdf)"), unless another was typed.

    An offered name that was left as it was follows the kind; a name without a known ending gets it.
    """
    endings, suffix = _ENDINGS.findall(kind), path.suffix.lower()
    known = suffix in _ENDINGS.findall(filters)
    if not endings or suffix in endings or (known and path.name != offered):
        return path
    return path.with_suffix(endings[0]) if known else path.with_name(path.name + endings[0])
