"""The registry's commands as actions of one window."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from qdit4sr_gui.style.translation import tr

from .registry import Command, CommandId, Registry
from .studio import Studio


class ActionSet(QObject):
    """One `QAction` a command, with its keys, its tick and whether it can be used now."""

    def __init__(self, registry: Registry, studio: Studio, window: QWidget) -> None:
        super().__init__(window)
        self._registry, self._studio = registry, studio
        self._actions: dict[CommandId, QAction] = {made.id: self._action(made, window) for made in registry}

    def __getitem__(self, id: CommandId) -> QAction:
        return self._actions[id]

    def commands(self) -> list[Command]:
        """The commands behind the actions."""
        return list(self._registry)

    def tip(self, id: CommandId) -> str:
        """What a command does, with its keys."""
        command = self._registry[id]
        keys = command.keys_text
        tip = tr(command.tip) if command.tip else command.plain_text
        return f"{tip} ({keys})" if keys else tip

    def trigger(self, id: CommandId) -> None:
        """Do a command as if its menu entry was chosen, if it can be used now."""
        self[id].trigger()

    @Slot()
    def refresh(self) -> None:
        """Bring the enabled and ticked states up to date."""
        for made in self._registry:
            if made.enabled is not None:
                self[made.id].setEnabled(made.enabled(self._studio))
            if made.checked is not None:
                self[made.id].setChecked(made.checked(self._studio))
            if made.subject is not None:
                subject = made.subject(self._studio).replace("&", "&&")
                text = made.shown_text
                self[made.id].setText(f"{text.rstrip('…')}: {subject}…" if subject else text)
                self[made.id].setIconText(made.plain_text)

    def _action(self, command: Command, window: QWidget) -> QAction:
        made = QAction(command.shown_text, window)
        made.setObjectName(f"action.{command.id}")
        made.setShortcuts([QKeySequence(key) for key in command.keys])
        made.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        made.setToolTip(self.tip(command.id))
        made.setStatusTip(tr(command.tip) if command.tip else command.plain_text)
        made.setIconText(command.plain_text)
        made.setCheckable(command.checkable)
        made.triggered.connect(partial(self._run, command))
        window.addAction(made)
        return made

    def _run(self, command: Command, _checked: bool = False) -> None:
        command.run(self._studio)
        self.refresh()
