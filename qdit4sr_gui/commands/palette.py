"""Find and do any command by typing a part of its name."""

from __future__ import annotations

import re

from PySide6.QtCore import QEvent, QObject, Qt, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from qdit4sr_gui.style.translation import tr
from qdit4sr_gui.widgets.controls import name_control, plain_text

from .action_set import ActionSet
from .menus.help import HelpCommand
from .registry import Command

_WORDS = re.compile(r"\w+")
_STEPS = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 8, Qt.Key.Key_PageUp: -8}


WORD_START, INSIDE, LOOSE = 0, 10, 100
OTHER_WORDS, TIP = 20, 40
"""Added where not the name fits, but a word people use for it, or what it does."""


def matches(query: str, text: str) -> int | None:
    """How well `query` fits `text` (smaller is better), None if it does not.

    The start of a word, or of a word for each one typed, beats the middle of a word; that beats letters
    that start words one after the other ("zi" or "zoin" for "Zoom in").
    """
    query, text = query.lower().strip(), text.lower()
    if not query:
        return WORD_START
    words = _WORDS.findall(text)
    place = text.find(query)
    if place >= 0:
        inside = place > 0 and text[place - 1].isalnum() and text[place].isascii()
        return INSIDE if inside else WORD_START
    if all(any(word.startswith(part) for word in words) for part in query.split()):
        return WORD_START + 1
    return LOOSE if _starts(query.replace(" ", ""), words) else None


def _starts(letters: str, words: list[str]) -> bool:
    """Whether the letters are starts of some of the words, in their order."""
    if not letters:
        return True
    if len(letters) > sum(map(len, words)):
        return False
    for number, word in enumerate(words, 1):
        shared = [taken for taken in range(1, len(letters) + 1) if word.startswith(letters[:taken])]
        if any(_starts(letters[taken:], words[number:]) for taken in shared):
            return True
    return False


class CommandPalette(QFrame):
    """A search box over the window; Enter does the first command found."""

    def __init__(self, actions: ActionSet, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setAutoFillBackground(True)
        self._actions = actions
        self.search = QLineEdit()
        self.search.setPlaceholderText(tr("Type a command"))
        name_control(self.search, tr("Search commands"))
        self.list = QListWidget()
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        name_control(self.list, tr("Commands found"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6, 6, 6, 6)
        layout.addWidget(self.search)
        layout.addWidget(self.list)
        self.search.textChanged.connect(self._filter)
        self.search.returnPressed.connect(self._do)
        self.search.installEventFilter(self)
        self.list.itemClicked.connect(self._do)
        self._shown: list[Command] = []
        self._filter("")

    def open_over(self, window: QWidget) -> None:
        """Show in the upper middle of the window."""
        width = min(560, window.width() - 40)
        self.resize(width, 360)
        self.move((window.width() - width) // 2, 60)
        self.show()
        self.raise_()
        self.search.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrow keys move through the list while the text has the focus; Esc or a click beside closes."""
        if watched is self.search and event.type() == QEvent.Type.FocusOut:
            self.close()
        if watched is self.search and isinstance(event, QKeyEvent):
            if event.type() == QEvent.Type.ShortcutOverride and event.key() == Qt.Key.Key_Escape:
                event.accept()  # it means the palette, not the regions behind it
                return True
            if event.type() != QEvent.Type.KeyPress:
                return super().eventFilter(watched, event)
            if event.key() == Qt.Key.Key_Escape:
                self.close()
                return True
            step = _STEPS.get(Qt.Key(event.key()))
            if step is not None and self.list.count():
                row = self.list.currentRow() + step
                self.list.setCurrentRow(min(max(row, 0), self.list.count() - 1))
                return True
        return super().eventFilter(watched, event)

    @Slot(str)
    def _filter(self, query: str) -> None:
        found = []
        for order, command in enumerate(self._actions.commands()):
            rank = _rank(query, command)
            if rank is not None and command.id != HelpCommand.PALETTE:
                usable = self._actions[command.id].isEnabled()
                named = query.strip().lower() == command.plain_text.lower()
                found.append((not named, rank >= LOOSE, rank >= INSIDE, not usable, rank, order, command))
        found.sort(key=lambda entry: entry[:-1])  # Enter never does another command than the one named
        self._shown = [command for *_, command in found]
        self.list.clear()
        for command in self._shown:
            usable = self._actions[command.id].isEnabled()
            keys = "   " + command.keys_text if command.keys else ""
            item = QListWidgetItem(f"{tr(command.menu.value)}: {command.plain_text}{keys}")
            if not usable:
                item.setFlags(item.flags() & ~Qt.ItemFlag.ItemIsEnabled)
            self.list.addItem(item)
        self.list.setCurrentRow(0)

    @Slot()
    def _do(self) -> None:
        item = self.list.currentItem()
        if item is None or not item.flags() & Qt.ItemFlag.ItemIsEnabled:
            return
        chosen = self._shown[self.list.row(item)].id
        self.close()
        self._actions.trigger(chosen)


def _rank(query: str, command: Command) -> int | None:
    menu = f"{command.menu.value} {plain_text(command.text)}"
    texts = [(text, WORD_START) for text in (command.plain_text, plain_text(command.text), menu)]
    texts += [(text, OTHER_WORDS) for text in (command.also, tr(command.also))]
    texts += [(text, TIP) for text in (command.tip, tr(command.tip))]
    ranks = [
        rank + more
        for text, more in texts
        if text and (rank := matches(query, text)) is not None and (rank < LOOSE or not more)
    ]
    return min(ranks) if ranks else None
