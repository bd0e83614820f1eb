"""Every command of the window in one registry: menus, toolbar, palette and shortcut sheet are made from
it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtGui import QAction, QKeySequence

from qdit4sr_gui.style.translation import tr
from qdit4sr_gui.widgets.controls import plain_text, sequence_text

if TYPE_CHECKING:
    from qdit4sr_gui.window.main_window import MainWindow


class Menu(StrEnum):
    """The menus, in order of the menu bar."""

    FILE = "File"
    EDIT = "Edit"
    RUN = "Run"
    VIEW = "View"
    MEASURE = "Measure"
    EXPORT = "Export"
    HELP = "Help"


@dataclass(frozen=True)
class ActionSpec:
    """One command: what it is called, its keys, its menu, what it does and when it can be used."""

    id: str
    text: str
    run: Callable[..., Any]
    menu: Menu
    keys: tuple[str, ...] = ()
    tip: str = ""
    checkable: bool = False
    enabled: Callable[[MainWindow], bool] | None = None
    checked: Callable[[MainWindow], bool] | None = None
    separator_before: bool = False
    in_menu: bool = True
    """False for keys that would only clutter the menu; the palette and the shortcut sheet have them."""

    @property
    def shown_text(self) -> str:
        """The translated text, with the mark of its access key."""
        return tr(self.text)

    @property
    def plain_text(self) -> str:
        """The translated text without access key and dots, for tool bars and lists."""
        return plain_text(self.shown_text)


_REGISTRY: dict[str, ActionSpec] = {}


def action(
    id: str,
    text: str,
    menu: Menu,
    *keys: str,
    tip: str = "",
    checkable: bool = False,
    enabled: Callable[[MainWindow], bool] | None = None,
    checked: Callable[[MainWindow], bool] | None = None,
    separator_before: bool = False,
    in_menu: bool = True,
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Register the decorated function `f(window)` as a command.

    A checkable one is told by `checked(window)` whether it shows a tick. Raises ValueError for an id or a
    key that is already taken: two commands on one key would make both dead.
    """

    def register(function: Callable[..., Any]) -> Callable[..., Any]:
        if id in _REGISTRY:
            raise ValueError(f"Command {id!r} exists already.")
        for key in keys:
            holder = next((spec.id for spec in _REGISTRY.values() if key in spec.keys), None)
            if holder is not None:
                raise ValueError(f"Key {key} of {id!r} belongs to {holder!r}.")
        _REGISTRY[id] = ActionSpec(
            id, text, function, menu, tuple(keys), tip, checkable, enabled, checked, separator_before, in_menu
        )
        return function

    return register


def all_actions() -> list[ActionSpec]:
    """Every command, in the order of registration."""
    from . import files, edit, runs, views, measure, export, help  # noqa: F401, I001  (the menus' order)

    return list(_REGISTRY.values())


class ActionSet(QObject):
    """The registry's commands as `QAction`s of one window."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._specs = {spec.id: spec for spec in all_actions()}
        self._actions: dict[str, QAction] = {}
        for spec in self._specs.values():
            self._actions[spec.id] = self._make(spec)

    def __getitem__(self, id: str) -> QAction:
        return self._actions[id]

    def specs(self) -> list[ActionSpec]:
        """The commands behind the actions."""
        return list(self._specs.values())

    def trigger(self, id: str) -> None:
        """Do a command as if its menu entry was chosen, if it can be used now."""
        self._actions[id].trigger()

    @Slot()
    def refresh(self) -> None:
        """Bring the enabled and ticked states up to date."""
        for id, spec in self._specs.items():
            if spec.enabled is not None:
                self._actions[id].setEnabled(spec.enabled(self._window))
            if spec.checked is not None:
                self._actions[id].setChecked(spec.checked(self._window))

    def _make(self, spec: ActionSpec) -> QAction:
        made = QAction(spec.shown_text, self._window)
        made.setObjectName(f"action.{spec.id}")
        made.setShortcuts([QKeySequence(key) for key in spec.keys])
        made.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        keys = ", ".join(sequence_text(key) for key in spec.keys)
        tip = tr(spec.tip) if spec.tip else spec.plain_text
        made.setToolTip(f"{tip} ({keys})" if keys else tip)
        made.setStatusTip(tip)
        made.setIconText(spec.plain_text)
        made.setCheckable(spec.checkable)
        made.triggered.connect(partial(self._run, spec))
        self._window.addAction(made)
        return made

    def _run(self, spec: ActionSpec, _checked: bool = False) -> None:
        spec.run(self._window)
        self.refresh()
