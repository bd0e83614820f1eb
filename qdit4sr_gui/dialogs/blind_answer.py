"""The answer of a blind test: the user's order with names and numbers, to keep as a file."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QLabel,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from qdit4sr_gui.state.blind_test import BlindAnswer
from qdit4sr_gui.style.translation import tr
from qdit4sr_gui.widgets.controls import name_control, without_icons

WIDEST = 1200
"""Pixels; more columns than fit can be scrolled to."""


class BlindAnswerDialog(QDialog):
    """A table, a sentence, and a button to export: `exportWanted`."""

    exportWanted = Signal()

    def __init__(self, found: BlindAnswer, sentence: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Answer of the blind test"))
        heads = [tr("Place"), tr("Picture"), tr("Variant"), *found.heads]
        self.table = QTableWidget(len(found.rows), len(heads))
        self.table.setHorizontalHeaderLabels(heads)
        self.table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.table.verticalHeader().hide()
        for number, row in enumerate(found.rows):
            for column, text in enumerate(row):
                self.table.setItem(number, column, QTableWidgetItem(text))
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        name_control(self.table, tr("Answer of the blind test"))
        self.sentence = QLabel(sentence)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self.export = buttons.addButton(tr("Export…"), QDialogButtonBox.ButtonRole.ActionRole)
        self.export.clicked.connect(self.exportWanted)
        buttons.rejected.connect(self.reject)
        without_icons(buttons)
        layout = QVBoxLayout(self)
        layout.addWidget(self.sentence)
        layout.addWidget(self.table, 1)
        layout.addWidget(buttons)
        self.table.resizeColumnsToContents()
        needed = self.table.horizontalHeader().length() + 2 * self.table.frameWidth()
        margins = layout.contentsMargins()
        self.resize(min(max(720, needed + margins.left() + margins.right()), WIDEST), 320)
