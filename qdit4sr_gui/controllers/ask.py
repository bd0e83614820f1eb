"""The user as commands and controllers know them: somebody to ask for files and to tell what happened."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol


class Ask(Protocol):
    """File and message dialogs. None means that the user gave up."""

    def open_files(self, title: str, filters: str) -> list[Path]:
        """Files to read, none when the user gave up; `filters` in Qt's form "Images (*.png);;All (*)"."""

    def open_file(self, title: str, filters: str) -> Path | None:
        """One file to read."""

    def folder(self, title: str, start: str = "") -> Path | None:
        """A folder, looked for from `start` on, or from where photos were opened last."""

    def folder_for(self, title: str) -> Path | None:
        """A folder to write into."""

    def save_file(self, title: str, name: str, filters: str) -> Path | None:
        """A file to write, offered as `name`, with the ending of the kind chosen."""

    def confirm(self, question: str, yes: str, no: str) -> bool:
        """A question with two answers; giving up counts as `no`."""

    def choose(self, question: str, answers: Sequence[str]) -> int | None:
        """A question with several answers: the index of the one chosen."""

    def say(self, text: str) -> None:
        """One sentence for a few seconds."""

    def saved(self, text: str, path: Path) -> None:
        """One sentence about a file or folder that was written, with a way to go there."""

    @property
    def last_saved(self) -> Path | None:
        """What was written last."""

    def show_saved(self) -> None:
        """Open the folder of what was written last."""

    def fail(self, sentence: str, details: str = "") -> None:
        """What went wrong, with the details to copy if there are any."""
