"""The tool bar's Run, and an arrow with what else runs."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QAction, QActionEvent, QIcon, QPaintEvent, QPalette, QRegion
from PySide6.QtWidgets import QMenu, QStyle, QStyleOptionToolButton, QStylePainter, QToolButton

from qdit4sr_gui.style.icons import SIDE


class RunButton(QToolButton):
    """A button of an action whose arrow can be used where the action cannot: `others` may be wanted then.

    A click on it opens the menu then, and it is drawn pale.
    """

    def __init__(self, action: QAction, others: Sequence[QAction]) -> None:
        super().__init__()
        self._others = tuple(others)
        font = self.font()
        font.setBold(True)
        self.setFont(font)
        self.setIconSize(QSize(SIDE, SIDE))
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        more = QMenu(self)
        more.addActions(others)
        self.setMenu(more)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.MenuButtonPopup)
        self.setDefaultAction(action)
        for other in others:
            other.enabledChanged.connect(self._follow)
        self.clicked.connect(self._offer)
        self._follow()

    def actionEvent(self, event: QActionEvent) -> None:
        """Qt makes the whole button as usable as its action."""
        super().actionEvent(event)
        self._follow()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Pale but for its arrow, while nothing else of it does anything."""
        option, whole = QStyleOptionToolButton(), QStyle.ComplexControl.CC_ToolButton
        self.initStyleOption(option)
        painter = QStylePainter(self)
        if self.defaultAction().isEnabled():
            painter.drawComplexControl(whole, option)
            return
        arrow = self.style().subControlRect(whole, option, QStyle.SubControl.SC_ToolButtonMenu, self)
        painter.setClipRect(arrow)
        painter.drawComplexControl(whole, option)
        palette, disabled = QPalette(option.palette), QPalette.ColorGroup.Disabled
        for role in (QPalette.ColorRole.ButtonText, QPalette.ColorRole.WindowText):
            palette.setColor(role, palette.color(disabled, role))
        option.palette = palette
        option.icon = QIcon(option.icon.pixmap(self.iconSize(), QIcon.Mode.Disabled))
        painter.setClipRegion(QRegion(self.rect()) - QRegion(arrow))
        painter.drawComplexControl(whole, option)

    @Slot()
    def _follow(self) -> None:
        action = self.defaultAction()
        if action is not None:
            self.setEnabled(any(one.isEnabled() for one in (action, *self._others)))

    @Slot()
    def _offer(self) -> None:
        if not self.defaultAction().isEnabled():
            self.showMenu()
