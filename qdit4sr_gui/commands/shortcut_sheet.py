"""All keys and mouse gestures on one sheet."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QTextBrowser, QVBoxLayout, QWidget

from qdit4sr_gui.style.translation import tr
from qdit4sr_gui.widgets.controls import name_control, without_icons

from .registry import Command, Menu

NUMBERED = ("select_", "reference_")
"""Commands that exist once a number: one gesture stands for all."""

GESTURES = (
    ("1 … 9", "Show this result large, once more all of them; in the wipe: on its right"),
    ("Alt+1 … 9", "Use this result as the reference of the panes"),
    ("Space", "Hold to see the reference in place"),
    ("Wheel", "Zoom about the mouse (with Shift in fine steps)"),
    ("Drag", "Move the image; with the region tool, draw a region"),
    ("Middle drag", "Move the image with any tool"),
    (
        "Alt+drag, Alt+wheel",
        "Move or zoom this pane alone (also with Ctrl+Shift); S synchronizes all panes again",
    ),
    ("Arrow keys", "Move the active region by one pixel (Shift: ten; Ctrl: resize it)"),
    ("Up, Down", "Without an active region: select the result before or after"),
    ("Esc", "Give up a drag; leave the region, the tool, then the mode"),
)


class ShortcutSheet(QDialog):
    """A sheet made from the registry of commands."""

    def __init__(self, commands: Iterable[Command], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Keyboard shortcuts"))
        self.resize(760, 560)
        self.text = QTextBrowser()
        self.text.setHtml(sheet_html(list(commands)))
        name_control(self.text, tr("Keyboard shortcuts"))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        without_icons(buttons)
        layout = QVBoxLayout(self)
        layout.addWidget(self.text)
        layout.addWidget(buttons)


def sheet_html(commands: list[Command]) -> str:
    """The sheet in two columns: gestures and menus with their keys."""
    blocks = [_block(tr("Mouse and panes"), [(tr(keys), tr(text)) for keys, text in GESTURES])]
    for menu in Menu:
        rows = [
            (command.keys_text, command.plain_text)
            for command in commands
            if command.menu is menu and command.keys and not command.id.startswith(NUMBERED)
        ]
        if rows:
            blocks.append(_block(tr(menu.value), rows))
    half = (len(blocks) + 1) // 2
    columns = "".join(
        f'<td width="50%" valign="top">{"".join(part)}</td>' for part in (blocks[:half], blocks[half:])
    )
    return f'<table width="100%" cellspacing="12"><tr>{columns}</tr></table>'


def _block(title: str, rows: list[tuple[str, str]]) -> str:
    lines = "".join(
        f'<tr><td valign="middle" style="padding-right:14px"><b>{escape(keys)}</b></td>'
        f'<td valign="middle">{escape(text)}</td></tr>'
        for keys, text in rows
    )
    return f'<h3>{escape(title)}</h3><table cellspacing="3">{lines}</table>'
