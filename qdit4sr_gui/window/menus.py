"""The window's menus and its message box."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QDockWidget, QMenu, QMenuBar, QWidget

from qdit4sr_core.file_names import readable
from qdit4sr_gui.commands.action_set import ActionSet
from qdit4sr_gui.commands.menus.export import ExportCommand
from qdit4sr_gui.commands.menus.measure import MeasureCommand
from qdit4sr_gui.commands.menus.view import ViewCommand
from qdit4sr_gui.commands.registry import Menu
from qdit4sr_gui.state.view_image import LR_KEY
from qdit4sr_gui.style.translation import tr
from qdit4sr_gui.views.comparison_view import ComparisonView

ACCESS_KEYS = {
    Menu.FILE: "F",
    Menu.EDIT: "E",
    Menu.RUN: "R",
    Menu.VIEW: "V",
    Menu.MEASURE: "M",
    Menu.EXPORT: "X",
    Menu.HELP: "H",
}
"""With Alt they open a menu; no command's key may be Alt and one of them."""
PANE_COMMANDS = (
    ExportCommand.SAVE_RESULT,
    ExportCommand.COPY_VIEW,
    MeasureCommand.REGION_TOOL,
    ViewCommand.LOUPE,
    ViewCommand.FIT,
)


def fill_menus(bar: QMenuBar, actions: ActionSet, docks: Iterable[QDockWidget]) -> tuple[QMenu, QMenu]:
    """Every menu from the registry; View also lists the docks.

    Returns File's menus of recent photos and recent sessions.
    """
    recent, sessions = QMenu(tr("&Recent photos"), bar), QMenu(tr("Recent s&essions"), bar)
    places = {"open_sample": recent, "open_session": sessions}
    for menu in Menu:
        shown: QMenu = bar.addMenu(menu_title(menu))
        shown.setToolTipsVisible(True)
        for command in actions.commands():
            if command.menu is menu and command.in_menu:
                if command.separator_before:
                    shown.addSeparator()
                shown.addAction(actions[command.id])
            if menu is Menu.FILE and command.id in places:
                shown.addMenu(places[command.id])
        if menu is Menu.VIEW:
            shown.addSeparator()
            panels = shown.addMenu(tr("&Panels"))
            for dock in docks:
                panels.addAction(dock.toggleViewAction())
    return recent, sessions


def menu_title(menu: Menu) -> str:
    """The menu's name with its access key: "E&xport", "导出(&X)"."""
    key, name = ACCESS_KEYS[menu], tr(menu.value)
    place = name.lower().find(key.lower())
    return f"{name}(&{key})" if place < 0 else f"{name[:place]}&{name[place:]}"


def fill_recent(menu: QMenu, paths: Sequence[Path], open_path: Callable[[Path], None]) -> None:
    """List recent files."""
    menu.clear()
    for path in paths:
        menu.addAction(readable(path.name).replace("&", "&&")).triggered.connect(partial(open_path, path))
    if not paths:
        menu.addAction(tr("None yet")).setEnabled(False)


def popup_pane_menu(
    view: ComparisonView, actions: ActionSet, key: str, place: QPoint, parent: QWidget
) -> None:
    """The context menu of one pane."""
    menu = QMenu(parent)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    if key != LR_KEY:
        use = menu.addAction(tr("Use as reference of the panes"))
        use.triggered.connect(partial(view.set_reference, key))
    for id in PANE_COMMANDS:
        menu.addAction(actions[id])
    menu.popup(place)
