"""The answer of a blind test: the user's order with names and numbers, to keep as a file."""

from __future__ import annotations

from PySide6.QtCore import Slot
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

from qdit4sr_core.errors import QDiT4SRError
from qdit4sr_core.whole_file import write_text
from qdit4sr_gui.controllers.ask import Ask
from qdit4sr_gui.state.blind_test import BlindAnswer
from qdit4sr_gui.style.translation import tr
from qdit4sr_gui.widgets.controls import name_control


class BlindAnswerDialog(QDialog):
    """A table, a sentence, and a button to export."""

    def __init__(self, found: BlindAnswer, sentence: str, ask: Ask, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._found, self._ask = found, ask
        self.setWindowTitle(tr("Answer of the blind test"))
        self.resize(720, 320)
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
        self.export.clicked.connect(self._export)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(self.sentence)
        layout.addWidget(self.table, 1)
        layout.addWidget(buttons)

    @Slot()
    def _export(self) -> None:
        path = self._ask.save_file(tr("Export the answer"), "blind-test.csv", "CSV (*.csv)")
        if path is None:
            return
        try:
            write_text(path, self._found.as_csv())
        except QDiT4SRError as error:
            self._ask.fail(str(error))
        else:
            self._ask.say(tr("Saved {name}.", name=path.name))
