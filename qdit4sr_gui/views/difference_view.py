"""Differences from the reference: a grid of coloured maps with one range, and the legend under it."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from PySide6.QtCore import QCoreApplication, QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QLabel,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from qdit4sr_gui.state.view_image import ViewImage
from qdit4sr_gui.style.translation import said_of
from qdit4sr_gui.widgets.controls import narrow
from qdit4sr_gui.widgets.folding_row import FoldingRow
from qdit4sr_gui.widgets.outlined import DecimalBox, TickBox

from .decorations import Progress
from .difference import DEFAULT_KIND, KINDS
from .difference_maps import DifferenceMaps
from .grid import Grid
from .image_set import ImageSet
from .legend import Legend
from .pane import Pane
from .view_state import ViewState

GAINS = (1, 2, 4, 8, 16)
FULL_SCALE = 255.0
"""Grey levels: at gain 1 the largest possible difference takes the end colour."""


class DifferenceView(QWidget):
    """One pane for every image of the reference's size, except the reference itself."""

    paneAdded = Signal(object)
    kindChanged = Signal(str)

    def __init__(self, state: ViewState, images: ImageSet, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = state
        self._images = images
        self._active = False
        self.maps = DifferenceMaps(self)
        self.grid = Grid()
        self._panes: dict[str, Pane] = {}
        self._message = Pane(state)
        self.grid.set_panes([self._message])
        self.legend = Legend()
        self._build_controls()
        self.setAccessibleName(self.tr("Differences from the reference"))
        self.maps.changed.connect(self._show)

    def _build_controls(self) -> None:
        self.kind_box = QComboBox()
        narrow(self.kind_box, 12)
        self.kind_box.setAccessibleName(self.tr("Kind of difference"))
        for kind in KINDS.values():
            self.kind_box.addItem(QCoreApplication.translate("difference", kind.label), kind.name)
            tip = QCoreApplication.translate("difference", kind.explanation)
            self.kind_box.setItemData(self.kind_box.count() - 1, tip, Qt.ItemDataRole.ToolTipRole)
        self.limit_box = DecimalBox()
        self.limit_box.setAccessibleName(self.tr("End of the colour range"))
        self.limit_box.setKeyboardTracking(False)
        self.limit_box.setDecimals(2)
        self.limit_box.setStepType(DecimalBox.StepType.AdaptiveDecimalStepType)
        self.automatic_box = TickBox(self.tr("Auto range"))
        self.automatic_box.setAccessibleName(self.tr("Choose the colour range from the images"))
        self.automatic_box.setChecked(True)
        self._build_tone()
        range_boxes = (self.gain_box, self.gamma_box, self.limit_box, self.automatic_box)
        self.controls = FoldingRow(
            (self.kind_box, self.legend), (*range_boxes, self.photo_label, self.photo_slider)
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.grid, 1)
        layout.addWidget(self.controls)
        self._set_kind(DEFAULT_KIND)
        self.kind_box.currentIndexChanged.connect(self._on_kind_chosen)
        self.limit_box.valueChanged.connect(self._on_limit_typed)
        self.automatic_box.toggled.connect(self._on_automatic)

    def _build_tone(self) -> None:
        self.gain_box = QComboBox()
        self.gain_box.setAccessibleName(self.tr("Gain"))
        self.gain_box.setToolTip(self.tr("How many times differences are enlarged before they are coloured"))
        self.gain_box.addItem(self.tr("Auto gain"), 0)
        for gain in GAINS:
            self.gain_box.addItem(f"× {gain}", gain)
        self.gain_box.currentIndexChanged.connect(self._on_gain)
        self.gamma_box = DecimalBox()
        self.gamma_box.setAccessibleName(self.tr("Gamma"))
        self.gamma_box.setToolTip(self.tr("Above 1, faint differences are shown brighter"))
        self.gamma_box.setPrefix("γ ")
        self.gamma_box.setRange(0.4, 4.0)
        self.gamma_box.setSingleStep(0.2)
        self.gamma_box.setValue(1.0)
        self.gamma_box.valueChanged.connect(self._on_gamma)
        self.photo_label = QLabel(self.tr("Photo"))
        self.photo_slider = QSlider(Qt.Orientation.Horizontal)
        self.photo_slider.setRange(0, 100)
        self.photo_slider.setMinimumWidth(40)
        self.photo_slider.setMaximumWidth(90)
        self.photo_slider.setAccessibleName(self.tr("Photo under the colours"))
        self.photo_slider.setToolTip(
            self.tr("How much of the photo shows under the colours, where little differs")
        )
        self.photo_slider.valueChanged.connect(self._on_photo)

    @property
    def panes(self) -> list[Pane]:
        """All panes, also the one with the message."""
        return [self._message, *self._panes.values()]

    @property
    def kind(self) -> str:
        """Name of the kind of difference shown."""
        return self.maps.kind.name

    def set_kind(self, name: str) -> None:
        """Choose one of `difference.KINDS` by name; KeyError for others."""
        if name not in KINDS:
            raise KeyError(name)
        self.kind_box.setCurrentIndex(self.kind_box.findData(name))

    def next_kind(self, steps: int = 1) -> None:
        """Choose the next kind, round and round."""
        count = self.kind_box.count()
        self.kind_box.setCurrentIndex((self.kind_box.currentIndex() + steps) % count)

    def set_limit(self, limit: float | None) -> None:
        """Fix the end of the colour range; None lets the images decide."""
        with QSignalBlocker(self.automatic_box):
            self.automatic_box.setChecked(limit is None)
        self.maps.set_limit(limit)
        self._show()

    def refresh(self, active: bool) -> None:
        """Take over what the image set shows. Maps are only computed while the view is the active one."""
        self._active = active
        if not active:
            if self.maps.release_large():
                for pane in self._panes.values():
                    pane.set_image(pane.image, None)
                    pane.forget_all_but(set())
            return
        reference = self._images.image(self._images.reference)
        others = self._comparable(reference)
        self._place(others)
        if reference is None or reference.pixels is None:
            text = self.tr("The reference has no image yet; differences appear when it does.")
            self._message.set_image(ViewImage("", "", hint=text), None)
            return
        if not others:
            text = self.tr("There is no other image of the reference's size to take the difference from.")
            self._message.set_image(ViewImage("", "", hint=text), None)
        self.maps.request(
            reference.pixels,
            {image.key: image.pixels for image in others if image.pixels is not None},
            {image.key for image in others if image.landmark},
        )
        self._show()

    def _comparable(self, reference: ViewImage | None) -> list[ViewImage]:
        if reference is None or reference.pixels is None:
            return []
        others = [image for image in self._images.images if image.key != reference.key]
        return [
            image for image in others if image.pixels is None or image.pixels.shape == reference.pixels.shape
        ]

    def _place(self, others: list[ViewImage]) -> None:
        if [image.key for image in others] != list(self._panes):
            old, self._panes = self._panes, {}
            for index, image in enumerate(others):
                pane = old.get(image.key)
                if pane is None:
                    pane = Pane(self._state, image.key, stagger=index)
                    pane.value_at = partial(self.maps.value_text, image.key)
                    self.paneAdded.emit(pane)
                self._panes[image.key] = pane
            self.grid.set_panes(list(self._panes.values()), keep=self._message)
        width, height = self._images.canvas()
        if width and height:
            self.grid.set_aspect(width / height)

    @Slot()
    def _show(self) -> None:
        if not self._active:
            return
        maps = self.maps
        reference = self._images.image(self._images.reference)
        against = self.tr("against {0}").format(reference.label) if reference else ""
        for key, pane in self._panes.items():
            image = self._images.image(key)
            if image is None:
                continue
            pyramid = maps.pyramid(key) if image.pixels is not None else None
            summary = maps.summary(key)
            line = said_of(against, summary) if against and summary else against or summary
            shown = replace(image, headline="", metric_line=line, error=image.error or maps.error(key))
            pane.set_image(shown, pyramid)
            pane.forget_all_but({pyramid} if pyramid is not None else set())
            pane.set_marks(
                self._images.number(key), key == self._images.selected and len(self._panes) > 1, False
            )
            waiting = pyramid is None and not shown.error
            measuring = (
                Progress(0, 0, self.tr("Measuring the difference…")) if image.pixels is not None else None
            )
            pane.set_progress((self._images.progress(key) or measuring) if waiting else None)
        self.legend.set_scale(maps.kind, maps.limit, maps.gamma)
        with QSignalBlocker(self.limit_box):
            self.limit_box.setValue(maps.limit)

    def _set_kind(self, name: str) -> None:
        kind = KINDS[name]
        self.maps.set_kind(name)
        with QSignalBlocker(self.limit_box), QSignalBlocker(self.automatic_box):
            self.limit_box.setRange(kind.least / 100, kind.most)
            self.limit_box.setPrefix("± " if kind.diverging else "≤ ")
            self.automatic_box.setChecked(True)
        boxes = (self.gain_box, self.gamma_box, self.photo_slider)
        blockers = [QSignalBlocker(box) for box in boxes]
        self.gain_box.setCurrentIndex(0)
        self.gamma_box.setValue(1.0)
        self.photo_slider.setValue(round(100 * kind.photo))
        del blockers
        self.gain_box.setVisible(kind.gain)
        self.gamma_box.setVisible(kind.gain)
        self.limit_box.setVisible(kind.steady is None and not kind.gain)
        self.automatic_box.setVisible(kind.steady is None and not kind.gain)
        self.kind_box.setToolTip(QCoreApplication.translate("difference", kind.explanation))
        self.legend.set_scale(kind, self.maps.limit, self.maps.gamma)

    @Slot(int)
    def _on_kind_chosen(self, index: int) -> None:
        self._set_kind(self.kind_box.itemData(index))
        self.refresh(self._active)
        self.kindChanged.emit(self.kind)

    @Slot(float)
    def _on_limit_typed(self, limit: float) -> None:
        self.set_limit(limit)

    @Slot(int)
    def _on_gain(self, index: int) -> None:
        gain = self.gain_box.itemData(index)
        self.set_limit(FULL_SCALE / gain if gain else None)

    @Slot(float)
    def _on_gamma(self, gamma: float) -> None:
        self.maps.set_tone(gamma=gamma)

    @Slot(int)
    def _on_photo(self, percent: int) -> None:
        self.maps.set_tone(photo=percent / 100)

    @Slot(bool)
    def _on_automatic(self, on: bool) -> None:
        self.set_limit(None if on else self.limit_box.value())
