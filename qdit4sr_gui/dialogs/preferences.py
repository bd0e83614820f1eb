"""The user's settings: model, device, threads, sampling, metrics, theme, language, memory."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from qdit4sr_gui.state.preferences import Preferences
from qdit4sr_gui.style.theme import THEMES
from qdit4sr_gui.style.translation import LANGUAGES, tr
from qdit4sr_gui.widgets.controls import name_control
from qdit4sr_gui.widgets.outlined import NumberBox, TickBox
from qdit4sr_gui.work.tasks import TaskRunner

from .metric_list import MetricList
from .model_folder import ChooseFolder, ModelFolderBox


class PreferencesDialog(QDialog):
    """Edits a copy; `chosen(Preferences)` on OK, which waits until a new model folder was found usable."""

    chosen = Signal(object)

    def __init__(
        self,
        preferences: Preferences,
        downloads: TaskRunner,
        checks: TaskRunner,
        choose_folder: ChooseFolder,
        parent: QWidget | None = None,
    ) -> None:
        """`downloads` fetches metrics, `checks` looks at model folders, `choose_folder` is `Ask.folder`."""
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Preferences"))
        self.resize(680, 600)
        self._start = preferences
        self.model = ModelFolderBox(preferences.model, preferences.base, checks, choose_folder)
        self.device = _choice({"auto": tr("Automatic"), "cpu": "CPU", "cuda": "CUDA"}, preferences.device)
        name_control(self.device, tr("Device"))
        self.threads = _number(0, 256, preferences.threads, tr("Threads"), tr("Automatic"))
        self.steps = _number(0, 1000, preferences.steps, tr("Denoising steps"), tr("The model's own"))
        self.seed = _number(0, 2**31 - 1, preferences.seed, tr("Seed of the noise"))
        self.preview = TickBox()
        self.preview.setChecked(preferences.preview)
        name_control(self.preview, tr("Preview"), tr("Show the estimate while a variant runs"))
        self.memory = _number(256, 1 << 20, preferences.memory_limit_mb, tr("Memory for results"))
        self.memory.setSuffix(" MB")
        self.theme = _choice(
            dict.fromkeys(THEMES, "") | {n: tr(n).capitalize() for n in THEMES}, preferences.theme
        )
        name_control(self.theme, tr("Theme"))
        self.language = _choice({"": tr("System"), **LANGUAGES}, preferences.language)
        name_control(self.language, tr("Language"))
        self.metrics = MetricList(preferences.metrics, downloads)
        self.tabs = QTabWidget()
        self.tabs.addTab(self._model_page(), tr("Model"))
        self.tabs.addTab(self.metrics, tr("Metrics"))
        self.tabs.addTab(self._look_page(), tr("Appearance"))
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        buttons.accepted.connect(self._accept)
        buttons.rejected.connect(self.reject)
        self._ok = buttons.button(QDialogButtonBox.StandardButton.Ok)
        self.model.verdictChanged.connect(self._ok.setEnabled)
        self._ok.setEnabled(self.model.acceptable)
        layout = QVBoxLayout(self)
        layout.addWidget(self.tabs, 1)
        layout.addWidget(buttons)

    def _model_page(self) -> QWidget:
        form = QFormLayout()
        form.addRow(tr("Device"), self.device)
        form.addRow(tr("Threads"), self.threads)
        form.addRow(tr("Denoising steps"), self.steps)
        form.addRow(tr("Seed of the noise"), self.seed)
        form.addRow(tr("Preview"), self.preview)
        form.addRow(tr("Memory for results"), self.memory)
        _align(self.model.form, form)
        run = QWidget()
        page = QVBoxLayout(run)
        page.addWidget(self.model)
        page.addLayout(form)
        page.addStretch(1)
        return run

    def _look_page(self) -> QWidget:
        look = QWidget()
        form = QFormLayout(look)
        form.addRow(tr("Theme"), self.theme)
        form.addRow(tr("Language"), self.language)
        form.addRow("", QLabel(tr("A new language is used from the next start on.")))
        return look

    def preferences(self) -> Preferences:
        """What the controls say now."""
        model, base = self.model.chosen()
        return replace(
            self._start,
            model=model,
            base=base,
            device=self.device.currentData(),
            threads=self.threads.value(),
            steps=self.steps.value(),
            seed=self.seed.value(),
            preview=self.preview.isChecked(),
            memory_limit_mb=self.memory.value(),
            metrics=self.metrics.chosen() or self._start.metrics,
            theme=self.theme.currentData(),
            language=self.language.currentData(),
        )

    def offer_model(self, folder: str) -> None:
        """Fill in a model folder, which is checked at once."""
        self.tabs.setCurrentIndex(0)
        self.model.folder.setText(folder)

    @Slot()
    def _accept(self) -> None:
        self.chosen.emit(self.preferences())
        self.accept()

    def done(self, result: int) -> None:
        """Closed: a check still running must not report to a dialog that is gone."""
        self.model.forget()
        super().done(result)


def _align(*forms: QFormLayout) -> None:
    """Let the fields of all forms begin at the same place."""
    role = QFormLayout.ItemRole.LabelRole
    items = [form.itemAt(row, role) for form in forms for row in range(form.rowCount())]
    labels = [label for item in items if item is not None and (label := item.widget()) is not None]
    widest = max(label.sizeHint().width() for label in labels)
    for label in labels:
        label.setMinimumWidth(widest)


def _choice(values: dict[str, str], current: str) -> QComboBox:
    box = QComboBox()
    for value, text in values.items():
        box.addItem(text, value)
    box.setCurrentIndex(max(0, box.findData(current)))
    return box


def _number(low: int, high: int, value: int, name: str, at_zero: str = "") -> NumberBox:
    box = NumberBox()
    box.setRange(low, high)
    box.setValue(value)
    if at_zero:
        box.setSpecialValueText(at_zero)
    name_control(box, name)
    return box
