"""The metrics to show: a ticked list that says what each measures, and fetches weights on request."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QListView,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from qdit4sr_core.metrics.registry import METRICS, Metric, availability
from qdit4sr_core.progress import CancelCheck
from qdit4sr_gui.style.translation import tr
from qdit4sr_gui.widgets.controls import name_control
from qdit4sr_gui.widgets.tick_delegate import TickDelegate
from qdit4sr_gui.work.failure import sentence_of
from qdit4sr_gui.work.tasks import TaskRunner

NAME = Qt.ItemDataRole.UserRole


class MetricList(QWidget):
    """Ticks choose columns of the table; nothing is downloaded unless the button is pressed."""

    def __init__(self, chosen: tuple[str, ...], tasks: TaskRunner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self.list = QListWidget()
        self.list.setItemDelegate(TickDelegate(self.list))
        self.list.setWordWrap(True)
        self.list.setResizeMode(QListView.ResizeMode.Adjust)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        name_control(self.list, tr("Metrics"))
        self.notice = QLabel()
        self.notice.setWordWrap(True)
        self.button = QPushButton(tr("Download weights"))
        name_control(self.button, tr("Download the weights of the selected metric"))
        self.button.clicked.connect(self._download)
        self._order = chosen
        for metric in METRICS.values():
            self._append(metric, metric.name in chosen)
        self.list.currentItemChanged.connect(self._explain)
        row = QHBoxLayout()
        row.addWidget(self.notice, 1)
        row.addWidget(self.button)
        layout = QVBoxLayout(self)
        layout.addWidget(self.list, 1)
        layout.addLayout(row)
        self.list.setCurrentRow(0)

    def chosen(self) -> tuple[str, ...]:
        """The ticked metrics: those chosen before in their order, then the new ones in the registry's."""
        items = [self.list.item(row) for row in range(self.list.count())]
        ticked = [str(item.data(NAME)) for item in items if item.checkState() == Qt.CheckState.Checked]
        kept = [name for name in self._order if name in ticked]
        return tuple(dict.fromkeys((*kept, *ticked)))

    def _append(self, metric: Metric, ticked: bool) -> None:
        item = QListWidgetItem()
        item.setData(NAME, metric.name)
        item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
        item.setCheckState(Qt.CheckState.Checked if ticked else Qt.CheckState.Unchecked)
        self.list.addItem(item)
        self._describe(item)

    def _describe(self, item: QListWidgetItem) -> None:
        metric = METRICS[str(item.data(NAME))]
        state = availability(metric.name)
        reason = "" if state.why is None else f"   – {state.why.sentence(tr)}"
        item.setText(f"{tr(metric.label)} {metric.arrow}   {tr(metric.measures)}{reason}")
        if state.ok:
            item.setData(Qt.ItemDataRole.ForegroundRole, None)
        else:
            item.setForeground(self.palette().placeholderText())

    @Slot()
    def _explain(self) -> None:
        item = self.list.currentItem()
        if item is None:
            return
        metric = METRICS[str(item.data(NAME))]
        state = availability(metric.name)
        lacking = [weight for weight in metric.weights if weight.find() is None]
        self.button.setEnabled(bool(lacking))
        if state.ok:
            self.notice.setText(tr("Ready. Nothing needs to be downloaded."))
        elif lacking:
            self.notice.setText(
                tr(
                    "{file} is missing from {folder}. It would be fetched from {host}; "
                    "until then the table says n/a.",
                    file=state.file,
                    folder=state.folder,
                    host=lacking[0].url.split("/")[2],
                )
            )
        elif state.why is not None:
            self.notice.setText(state.why.text(tr))

    @Slot()
    def _download(self) -> None:
        item = self.list.currentItem()
        name = str(item.data(NAME))
        self.button.setEnabled(False)
        self.notice.setText(tr("Downloading …"))

        def fetch(cancelled: CancelCheck) -> list[Path]:
            from qdit4sr_core.metrics.download import download

            return download(name, cancelled=cancelled)

        self._tasks.submit(fetch, self._fetched, self._refused, kind="download")

    def _fetched(self, _paths: list[Path]) -> None:
        for row in range(self.list.count()):
            self._describe(self.list.item(row))
        self._explain()

    def _refused(self, error: Exception, _details: str) -> None:
        self.button.setEnabled(True)
        self.notice.setText(sentence_of(error))
