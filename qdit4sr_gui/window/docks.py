"""Builds the window's toolbar and docks from the registry and the panels."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QDockWidget,
    QMainWindow,
    QMenu,
    QSizePolicy,
    QToolBar,
    QToolButton,
    QWidget,
)

from qdit4sr_gui.commands.action_set import ActionSet
from qdit4sr_gui.commands.menus.export import ExportCommand
from qdit4sr_gui.commands.menus.file import FileCommand
from qdit4sr_gui.commands.menus.help import HelpCommand
from qdit4sr_gui.commands.menus.measure import MeasureCommand
from qdit4sr_gui.commands.menus.run import RunCommand
from qdit4sr_gui.commands.menus.view import ViewCommand
from qdit4sr_gui.commands.registry import CommandId, Menu
from qdit4sr_gui.style.icons import SIDE, has_icon, icon
from qdit4sr_gui.style.translation import tr
from qdit4sr_gui.widgets.controls import name_control
from qdit4sr_gui.widgets.upright_scroll import UprightScroll

from .panel_set import PanelSet
from .run_button import RunButton

LEFT, RIGHT = Qt.DockWidgetArea.LeftDockWidgetArea, Qt.DockWidgetArea.RightDockWidgetArea
TOOLBAR = (
    (FileCommand.OPEN, FileCommand.SAVE_SESSION, FileCommand.PASTE),
    (RunCommand.RUN, RunCommand.CANCEL),
    (ViewCommand.GRID, ViewCommand.WIPE, ViewCommand.BLINK, ViewCommand.DIFFERENCE),
    (MeasureCommand.REGION_TOOL, ViewCommand.LOUPE),
    (ViewCommand.FIT, ViewCommand.ZOOM_100, ViewCommand.ZOOM_200),
)
OVERFLOW = "qt_toolbar_ext_button"
"""Qt's name of the button that has what a narrow tool bar cannot show; its own icon is always dark."""
HANDLES = 12
"""Pixels between docks and panes, at both sides together."""
EXPORT = "export"
"""Object name and icon of the button that has the export menu."""
SCROLL_BY_THEMSELVES = ("queue", "plots", "inspector")
"""Panels that are low enough for any screen, or scroll what is not."""
SHORT_TEXTS: dict[CommandId, str] = {
    FileCommand.OPEN: "Open",
    FileCommand.SAVE_SESSION: "Save session",
    MeasureCommand.REGION_TOOL: "Regions",
    HelpCommand.PALETTE: "Search",
}


def make_docks(window: QMainWindow, shown: PanelSet) -> dict[str, QDockWidget]:
    """Photos and variants at the left, measurements above plots, inspector and summary at the right."""
    panels: tuple[tuple[str, str, QWidget, Qt.DockWidgetArea], ...] = (
        ("queue", tr("Photos"), shown.queue, LEFT),
        ("variants", tr("Variants"), shown.variants, LEFT),
        ("measurements", tr("Measurements"), shown.measurements, RIGHT),
        ("plots", tr("Plots"), shown.plots, RIGHT),
        ("inspector", tr("Inspector"), shown.inspector, RIGHT),
        ("summary", tr("Summary"), shown.summary, RIGHT),
    )
    docks = {}
    for name, title, panel, area in panels:
        dock = QDockWidget(title, window)
        dock.setObjectName(f"dock.{name}")
        dock.setWidget(panel if name in SCROLL_BY_THEMSELVES else UprightScroll(panel))
        window.addDockWidget(area, dock)
        docks[name] = dock
    window.tabifyDockWidget(docks["plots"], docks["inspector"])
    window.tabifyDockWidget(docks["inspector"], docks["summary"])
    docks["plots"].raise_()
    arrange(window, docks)
    return docks


def arrange(window: QMainWindow, docks: dict[str, QDockWidget]) -> None:
    """The docks' first sizes: narrow, for the panes are what matters."""
    horizontal, vertical = Qt.Orientation.Horizontal, Qt.Orientation.Vertical
    left, right = first_widths(window.width())
    window.resizeDocks([docks["queue"], docks["measurements"]], [left, right], horizontal)
    window.resizeDocks([docks["queue"], docks["variants"]], [260, 380], vertical)
    window.resizeDocks([docks["measurements"], docks["plots"]], [340, 340], vertical)


def first_widths(width: int) -> tuple[int, int]:
    """Of the left and the right docks, in a window of this width: they leave the panes half of it."""
    left = min(230, max(160, round(0.18 * width)))
    room = width // 2 - left - HANDLES
    return left, min(435, round(0.32 * width), max(250, room))


class RoomForPanes(QObject):
    """A window that is made smaller takes the width from its docks where its panes have less than half.

    Made larger again, it gives back what it took from docks that nobody has resized since.
    """

    def __init__(self, window: QMainWindow, docks: dict[str, QDockWidget]) -> None:
        super().__init__(window)
        self._window, self._docks = window, docks
        self._taken: dict[Qt.DockWidgetArea, tuple[int, int]] = {}
        """Width of the docks of a side before any was taken, and after."""
        self._later = QTimer(self, singleShot=True)
        self._later.timeout.connect(self._share)
        self._laid_out = QTimer(self, singleShot=True)
        self._laid_out.timeout.connect(self._note_widths)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Look once the new size is laid out."""
        if isinstance(event, QResizeEvent) and event.size().width() != event.oldSize().width():
            self._later.start(0)
        return super().eventFilter(watched, event)

    @Slot()
    def _share(self) -> None:
        panes = self._window.centralWidget()
        if panes is None:
            return
        width = self._window.width()
        held = self._held()
        narrow = dict(zip((LEFT, RIGHT), first_widths(width), strict=True))
        if panes.width() * 2 < width:
            now = {area: min(narrow[area], dock.width()) for area, dock in held.items()}
        else:
            now = {area: self._given_back(area, dock, narrow[area]) for area, dock in held.items()}
        wider = {area: self._taken.get(area, (dock.width(), 0))[0] for area, dock in held.items()}
        if all(now[area] == dock.width() for area, dock in held.items()):
            return
        self._window.resizeDocks(list(held.values()), list(now.values()), Qt.Orientation.Horizontal)
        self._taken = {area: (wider[area], now[area]) for area in held if now[area] < wider[area]}
        self._laid_out.start(0)

    @Slot()
    def _note_widths(self) -> None:
        """Docks have widths of their own below which they do not go."""
        for area, dock in self._held().items():
            if area in self._taken:
                self._taken[area] = self._taken[area][0], dock.width()

    def _given_back(self, area: Qt.DockWidgetArea, dock: QDockWidget, most: int) -> int:
        before, after = self._taken.get(area, (0, 0))
        if dock.width() != after:  # resized by hand since
            self._taken.pop(area, None)
            return dock.width()
        return max(after, min(before, most))

    def _held(self) -> dict[Qt.DockWidgetArea, QDockWidget]:
        """A dock of each side that has one: all of a side are as wide."""
        sides: dict[Qt.DockWidgetArea, QDockWidget] = {}
        for dock in self._docks.values():
            for area in (LEFT, RIGHT):
                if self._beside(dock, area):
                    sides.setdefault(area, dock)
        return sides

    def _beside(self, dock: QDockWidget, area: Qt.DockWidgetArea) -> bool:
        shown = dock.isVisible() and not dock.isFloating() and not dock.visibleRegion().isEmpty()
        return shown and self._window.dockWidgetArea(dock) == area


class _OverflowIcon(QObject):
    """Gives the overflow button its icon whenever it appears: Qt sets its own one on the way there."""

    def __init__(self, bar: QToolBar) -> None:
        super().__init__(bar)
        self._bar = bar

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(watched, QToolButton) and event.type() == QEvent.Type.Show:
            watched.setIcon(icon("more", self._bar.palette(), self._bar.devicePixelRatioF()))
        return super().eventFilter(watched, event)


def make_toolbar(window: QMainWindow, actions: ActionSet) -> QToolBar:
    """The commands used most, the export menu, and the search at the far right."""
    bar = QToolBar(tr("Toolbar"), window)
    bar.setObjectName("toolbar")
    bar.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    bar.setIconSize(QSize(SIDE, SIDE))
    for number, group in enumerate(TOOLBAR):
        if number:
            bar.addSeparator()
        for id in group:
            _add(actions, bar, id)
    bar.addSeparator()
    export = QToolButton()
    export.setObjectName(EXPORT)
    export.setText(tr("Export"))
    export.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    export.setPopupMode(QToolButton.ToolButtonPopupMode.MenuButtonPopup)
    export.clicked.connect(partial(actions.trigger, ExportCommand.EXPORT_FIGURE))
    menu = QMenu(export)
    for command in actions.commands():
        if command.menu is Menu.EXPORT and command.in_menu:
            menu.addAction(actions[command.id])
    export.setMenu(menu)
    name_control(export, tr("Export"), tr("Export the figure; the arrow has tables, results and the view"))
    bar.addWidget(export)
    gap = QWidget()
    gap.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
    bar.addWidget(gap)
    _add(actions, bar, HelpCommand.PALETTE)
    window.addToolBar(bar)
    draw_icons(bar, actions)
    for button in bar.findChildren(QToolButton, OVERFLOW):
        button.installEventFilter(_OverflowIcon(bar))
    return bar


def draw_icons(bar: QToolBar, actions: ActionSet) -> None:
    """Icons in the colours of the theme."""
    scale = bar.devicePixelRatioF()
    for command in actions.commands():
        if has_icon(command.id) and bar.findChild(QToolButton, command.id) is not None:
            actions[command.id].setIcon(icon(command.id, bar.palette(), scale))
    for name, drawing in ((EXPORT, EXPORT), (OVERFLOW, "more")):
        for button in bar.findChildren(QToolButton, name):
            button.setIcon(icon(drawing, bar.palette(), scale))


def _add(actions: ActionSet, bar: QToolBar, id: CommandId) -> None:
    action = actions[id]
    if id == RunCommand.RUN:
        button: QWidget = RunButton(action, [actions[RunCommand.RUN_ALL], actions[RunCommand.RERUN]])
        bar.addWidget(button)
    else:
        bar.addAction(action)
        button = bar.widgetForAction(action)
    if isinstance(button, QToolButton):
        button.setObjectName(id)
        button.setAccessibleName(action.iconText())
        if id in SHORT_TEXTS:
            action.setIconText(tr(SHORT_TEXTS[id]))
