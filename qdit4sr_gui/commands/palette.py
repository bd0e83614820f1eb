"""Find and do any command by typing a part of its name."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from qdit4sr_gui.style.translation import tr
from qdit4sr_gui.widgets.controls import name_control, plain_text

from .action_set import ActionSet
from .menus.help import HelpCommand
from .registry import Command

_STEPS = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 8, Qt.Key.Key_PageUp: -8}


def matches(query: str, text: str) -> int | None:
    """How well `query` fits `text` (smaller is better), None if its letters do not occur in order.

    A whole word start beats the middle of a word, that beats scattered letters.
    """
    query, text = query.lower().strip(), text.lower()
    if not query:
        return 0
    place = text.find(query)
    if place >= 0:
        return 0 if place == 0 or not text[place - 1].isalnum() else 10
    position = -1
    first = None
    for letter in query.replace(" ", ""):
        position = text.find(letter, position + 1)
        if position < 0:
            return None
        first = position if first is None else first
    return 100 + position - (first or 0)


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
                found.append((not usable, rank, order, command, usable))
        found.sort(key=lambda entry: entry[:3])
        self._shown = [command for _, _, _, command, _ in found]
        self.list.clear()
        for _, _, _, command, usable in found:
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
    texts = (
        command.plain_text,
        plain_text(command.text),
        command.menu.value + " " + plain_text(command.text),
        tr(command.tip),
    )
    ranks = [rank for text in texts if text and (rank := matches(query, text)) is not None]
    return min(ranks) if ranks else None
