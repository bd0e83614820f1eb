"""Choosing the model folder, with a check of it before it is used."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import (
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QTextEdit,
    QVBoxLayout,
    QWidget,
)

from qdit4sr_core.escaping import html
from qdit4sr_core.progress import CancelCheck
from qdit4sr_core.user_folders import expanded
from qdit4sr_gui.style.theme import accent
from qdit4sr_gui.style.translation import tr
from qdit4sr_gui.widgets.controls import name_control
from qdit4sr_gui.work.failure import sentence_of
from qdit4sr_gui.work.tasks import TaskRunner

if TYPE_CHECKING:
    from qdit4sr_core.models.folder_check import FolderCheck

ChooseFolder = Callable[[str, str], Path | None]
"""Asks the user for a folder, as `Ask.folder` does: of a title, and of where the search begins."""

LINES = 16
TYPING_MS = 350
TASK = "model check"


def examine(folder: str, base: str) -> FolderCheck:
    """Check a model folder without loading it; imports torch, so call it off the window's thread."""
    from qdit4sr_core.models.folder_check import check_folder

    return check_folder(expanded(folder), base=expanded(base) if base else None)


def findings_html(check: FolderCheck) -> str:
    """The findings as a table; where nothing of a model was found, the one sentence that says so."""
    from qdit4sr_core.models.findings import TEXTS, Code

    here = {Code.NAME_BASE: tr("choose it above")}

    def words(code: Code) -> str:
        return here.get(code) or tr(TEXTS[code])

    if len(check.findings) == 1 and not check.usable:
        return html(check.findings[0].detail(words))
    marks = {"ok": "✓", "note": "•", "missing": "✗"}
    rows = [
        f"<tr><td>{marks[finding.status]}</td>"
        f"<td style='white-space: nowrap'>{html(tr(finding.subject))}</td>"
        f"<td>{html(finding.detail(words))}</td></tr>"
        for finding in check.findings
    ]
    return f"<table cellspacing='0' cellpadding='3'>{''.join(rows)}</table>"


class ModelFolderBox(QWidget):
    """Two folders and what a check says about them; `verdictChanged(bool)`: may this model be used?"""

    verdictChanged = Signal(bool)

    def __init__(
        self,
        folder: str,
        base: str,
        tasks: TaskRunner,
        choose_folder: ChooseFolder,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._started_with = (folder, base)
        self.acceptable = True
        """False while a newly chosen folder is being checked, or when it cannot be used."""
        self.folder, folder_row = _folder_row(
            choose_folder, folder, tr("bundled model"), tr("Model folder"), tr("Choose a model folder")
        )
        self.folder.setToolTip(tr("Empty for the model that comes with the program"))
        self.base, base_row = _folder_row(
            choose_folder,
            base,
            tr("looked for beside the model"),
            tr("SD 3.5 folder"),
            tr("Choose the Stable Diffusion 3.5 folder"),
        )
        self.base.setToolTip(tr("The published model takes its VAE and text encoders from this folder"))
        self.state = QLabel()
        self.report = QTextEdit()
        self.report.setReadOnly(True)
        self.report.setTabChangesFocus(True)
        self.report.setMinimumHeight(LINES * self.report.fontMetrics().lineSpacing())
        name_control(self.report, tr("Check of the model folder"))
        self.form = form = QFormLayout()
        form.addRow(tr("Model folder"), folder_row)
        form.addRow(tr("SD 3.5 folder"), base_row)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(form)
        layout.addWidget(self.state)
        layout.addWidget(self.report, 1)
        layout.addStretch(0)
        self._typing = QTimer(self, singleShot=True, interval=TYPING_MS)
        self._typing.timeout.connect(self._check)
        self.folder.textChanged.connect(self._changed)
        self.base.textChanged.connect(self._changed)
        self._check()

    def chosen(self) -> tuple[str, str]:
        """The model folder and the Stable Diffusion 3.5 folder; empty for none."""
        return self.folder.text().strip(), self.base.text().strip()

    def forget(self) -> None:
        """The box is about to go: no check may report to it any more."""
        self._typing.stop()
        self._tasks.drop(TASK)

    @Slot()
    def _changed(self) -> None:
        self._show(self._unchanged, tr("Checking …"), "")
        self._typing.start()

    @property
    def _unchanged(self) -> bool:
        return self.chosen() == self._started_with

    @Slot()
    def _check(self) -> None:
        folder, base = self.chosen()
        self._tasks.drop(TASK)
        self.base.setEnabled(bool(folder))
        if not folder:
            self._show(True, tr("The model that comes with the program is used."), "")
            return
        self._show(self._unchanged, tr("Checking …"), "")

        def work(_cancelled: CancelCheck) -> FolderCheck:
            return examine(folder, base)

        self._tasks.submit(work, self._judge, self._refuse, kind=TASK)

    def _judge(self, check: FolderCheck) -> None:
        said = tr("This model can be run.") if check.usable else tr("This model cannot be run yet.")
        self._show(
            check.usable or self._unchanged, said, findings_html(check), "best" if check.usable else "error"
        )

    def _refuse(self, error: Exception, _details: str) -> None:
        sentence = html(sentence_of(error))
        self._show(self._unchanged, tr("This model cannot be run yet."), sentence, "error")

    def _show(self, acceptable: bool, state: str, report: str, role: str = "") -> None:
        self.acceptable = acceptable
        self.state.setText(state)
        colour = accent(self.palette(), role).name() if role else self.palette().windowText().color().name()
        self.state.setStyleSheet(f"color: {colour}")
        self.report.setHtml(report)
        self.report.setVisible(bool(report))
        self.verdictChanged.emit(acceptable)


def _folder_row(
    choose_folder: ChooseFolder, text: str, placeholder: str, name: str, choose: str
) -> tuple[QLineEdit, QHBoxLayout]:
    line = QLineEdit(text)
    line.setPlaceholderText(placeholder)
    name_control(line, name)
    button = QPushButton(tr("Choose…"))
    name_control(button, choose)

    def browse() -> None:
        found = choose_folder(choose, line.text())
        if found is not None:
            line.setText(str(found))

    button.clicked.connect(browse)
    row = QHBoxLayout()
    row.addWidget(line, 1)
    row.addWidget(button)
    return line, row
