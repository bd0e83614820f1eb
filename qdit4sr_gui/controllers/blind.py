"""Runs a blind test of the current photo's results."""

from __future__ import annotations

import math

from PySide6.QtCore import QObject, Signal, Slot

from qdit4sr_core.metrics.registry import METRICS
from qdit4sr_gui.state.blind_test import BlindTest, agreeing_pairs, answer
from qdit4sr_gui.state.measurement_table import heading
from qdit4sr_gui.state.view_image import ViewImage
from qdit4sr_gui.state.workspace import Workspace
from qdit4sr_gui.style.translation import tr
from qdit4sr_gui.views.comparison_view import ComparisonView

from .measurements import MeasurementController

PSNR = "psnr"


class BlindController(QObject):
    """`changed` when a test begins, goes on or ends; `answered(BlindAnswer, sentence)` at its end."""

    changed = Signal()
    answered = Signal(object, str)

    def __init__(
        self,
        workspace: Workspace,
        view: ComparisonView,
        measure: MeasurementController,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._workspace, self._view, self._measure = workspace, view, measure
        self.test: BlindTest | None = None
        for event in (workspace.current_changed, workspace.variants_changed, workspace.replaced):
            event.connect(self.stop, max_args=0)

    @property
    def active(self) -> bool:
        """Is a test going on?"""
        return self.test is not None

    @property
    def possible(self) -> bool:
        """Are there two results to compare?"""
        return len(self._finished()) >= 2

    def start(self, seed: int | None = None) -> None:
        """Take the names away and shuffle the results."""
        finished = self._finished()
        if len(finished) >= 2:
            self.test = BlindTest.shuffled(finished, seed)
            self._view.set_mode("grid")
            self.changed.emit()

    def stop(self) -> None:
        """Give the names back without an answer."""
        if self.test is not None:
            self.test = None
            self.changed.emit()

    def toggle(self, picture: int) -> None:
        """The picture with this number is the next best, or not ranked any more."""
        if self.test is not None:
            self.test = self.test.toggled(picture)
            self.changed.emit()

    @Slot(str)
    def toggle_shown(self, key: str) -> None:
        """As `toggle`, for the key of a picture in the panes; other keys do nothing."""
        if self.test is not None and key in self._pictures():
            self.toggle(self._pictures().index(key) + 1)

    def _pictures(self) -> list[str]:
        return [f"picture{number}" for number in range(1, len(self.test.keys) + 1)] if self.test else []

    def reveal(self) -> None:
        """End a complete test with its answer."""
        test = self.test
        if test is None or not test.complete:
            return
        labels = {key: tr(self._workspace.label(key)) for key in test.keys}
        table = self._measure.table
        rows = {row.spec: row for row in table.blocks[0].rows} if table.blocks else {}
        names = [name for name in table.metrics if name in METRICS]
        numbers = {
            key: tuple(row.cells[name].text if name in row.cells else "" for name in names)
            for key, row in rows.items()
        }
        quality = {
            key: math.inf for key, row in rows.items() if PSNR in row.cells and row.cells[PSNR].is_reference
        }
        for key, row in rows.items():
            cell = row.cells.get(PSNR)
            if cell is not None and cell.value is not None and cell.value.value is not None:
                quality[key] = cell.value.value
        right, pairs = agreeing_pairs(test.order(), quality)
        found = answer(test, labels, [heading(name) for name in names], numbers)
        sentence = tr("Your order agrees with PSNR in {right} of {pairs} pairs.", right=right, pairs=pairs)
        self.stop()
        self.answered.emit(found, sentence if pairs else "")

    def disguised(self, images: list[ViewImage]) -> list[ViewImage]:
        """The images without names and numbers while a test goes on, else as they are."""
        if self.test is None:
            return images
        pixels = {image.key: image.pixels for image in images}
        return [
            ViewImage(
                shown,
                tr("Picture {number}", number=number),
                pixels.get(key),
                self._place(number),
                nameless=True,
            )
            for number, (key, shown) in enumerate(zip(self.test.keys, self._pictures(), strict=True), 1)
        ]

    def _place(self, picture: int) -> str:
        ranking = self.test.ranking if self.test is not None else ()
        return tr("place {number}", number=ranking.index(picture) + 1) if picture in ranking else ""

    def _finished(self) -> list[str]:
        return [spec for spec, _ in self._measure.images()]
