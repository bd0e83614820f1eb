"""Measures every result of every photo, one after the other, and keeps the table of means over photos."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal, Slot

from qdit4sr_core.errors import QDiT4SRError, VariantError
from qdit4sr_core.progress import CancelCheck
from qdit4sr_core.setting_words import DEFAULT_METRICS
from qdit4sr_core.variant_text import FULL_PRECISION_TEXT, read_variant
from qdit4sr_gui.state.workspace import Photo, ResultKey, Workspace
from qdit4sr_gui.work.tasks import TaskRunner, telling

if TYPE_CHECKING:
    from qdit4sr_core.evaluate import Evaluation, Summary

REST_MS = 150


@dataclass(frozen=True)
class _Numbers:
    values: Mapping[str, float | None]
    reasons: Mapping[str, Mapping[str, str]]


class SummaryController(QObject):
    """`changed(Summary or None)` whenever a number arrives or a result comes or goes.

    Nothing is measured while nobody looks (`set_wanted`), but for an export (`complete`).
    """

    changed = Signal(object)
    failed = Signal(str, str)

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._tasks = TaskRunner(self)
        self._numbers: dict[tuple[ResultKey, ResultKey], _Numbers] = {}
        self._wanted = False
        self.weights = 0
        """Weights of the model's transformer, for bits a weight; 0 while unknown."""
        self._rest = QTimer(self, singleShot=True, interval=REST_MS)
        self._rest.timeout.connect(self._measure_next)
        for signal in (
            workspace.photos_changed,
            workspace.variants_changed,
            workspace.results_changed,
            workspace.replaced,
        ):
            signal.connect(self.refresh, max_args=0)

    @property
    def busy(self) -> bool:
        """True while results are still measured."""
        return self._rest.isActive() or self._tasks.busy

    def set_wanted(self, wanted: bool) -> None:
        """Measure as results come, or rest."""
        self._wanted = wanted
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        """Show what is known, and measure the rest soon."""
        if self._wanted:
            self.changed.emit(self.summary())
            self._rest.start()

    def evaluation(self) -> Evaluation:
        """What is known now, as an evaluation: the photos in order, every ticked variant."""
        from qdit4sr_core.evaluate import MeasuredResult, evaluation_of_results

        photos: dict[str, list[Any]] = {}
        for photo in self._workspace.photos:
            items = []
            for spec in self._workspace.specs:
                result = self._workspace.result(photo, spec)
                if result is None:
                    continue
                numbers = self._numbers.get(self._pair(photo, spec), _Numbers({}, {}))
                label = self._workspace.label(spec)
                shown = _described(spec, label, result)
                items.append(MeasuredResult(spec, shown, numbers.values, numbers.reasons))
            if items:
                photos[_unique(photo.name, photos)] = items
        return evaluation_of_results(
            photos,
            DEFAULT_METRICS,
            self._workspace.settings,
            weights=self.weights,
            model=self._workspace.model_hash,
        )

    def summary(self) -> Summary | None:
        """The table of what is known now; None without a result."""
        from qdit4sr_core.evaluate import summarize

        evaluation = self.evaluation()
        return summarize(evaluation) if evaluation.records else None

    def close(self) -> None:
        """Stop measuring."""
        self._rest.stop()
        self._tasks.close()

    def measure_all(self, cancelled: CancelCheck) -> None:
        """Measure everything that is missing; to be called in the background, before an export."""
        for photo, spec in self._missing():
            if cancelled():
                return
            pixels, reference = self._pixels(photo, spec)
            if pixels is not None:
                self._numbers[self._pair(photo, spec)] = _measured(pixels, reference)

    def _pair(self, photo: Photo, spec: str) -> tuple[ResultKey, ResultKey]:
        return self._workspace.result_key(photo, spec), self._workspace.result_key(photo, FULL_PRECISION_TEXT)

    def _missing(self) -> list[tuple[Photo, str]]:
        return [
            (photo, spec)
            for photo in list(self._workspace.photos)
            for spec in self._workspace.specs
            if self._pair(photo, spec) not in self._numbers
            and (result := self._workspace.result(photo, spec)) is not None
            and result.error is None
            and self._workspace.result(photo, FULL_PRECISION_TEXT) is not None
        ]

    def _pixels(self, photo: Photo, spec: str) -> tuple[np.ndarray | None, np.ndarray | None]:
        return self._workspace.pixels(photo, spec), self._workspace.pixels(photo, FULL_PRECISION_TEXT)

    @Slot()
    def _measure_next(self) -> None:
        waiting = self._missing() if self._wanted else []
        if not waiting:
            return
        photo, spec = waiting[0]
        key = self._pair(photo, spec)
        try:
            pixels, reference = self._pixels(photo, spec)
        except QDiT4SRError as error:
            self.failed.emit(str(error), "")
            return
        if pixels is None or reference is None:
            self._numbers[key] = _Numbers({}, {})
            self._rest.start()
            return
        given, against = pixels, reference

        def take(numbers: _Numbers) -> None:
            self._numbers[key] = numbers
            self.refresh()

        self._tasks.submit(
            lambda _cancelled: _measured(given, against), take, telling(self.failed.emit), kind="numbers"
        )


def _measured(pixels: np.ndarray, reference: np.ndarray | None) -> _Numbers:
    from qdit4sr_core.evaluate import EvaluationPlan
    from qdit4sr_core.evaluate.one_image import measure

    values, reasons = measure(pixels, reference, None, EvaluationPlan((), DEFAULT_METRICS))
    return _Numbers(values, reasons)


def _described(spec: str, label: str, result: Any) -> Any:
    """A result with what its variant's text says of kind and widths, whether it was made here or reopened."""
    try:
        text = read_variant(spec)
    except VariantError:
        kind, config = "method", None
    else:
        kind = text.kind
        widths = text.weight_bits, text.act_bits
        config = None if None in widths else SimpleNamespace(weight_bits=widths[0], act_bits=widths[1])
    variant = SimpleNamespace(key=spec, label=label, kind=kind, config=config)
    return dataclasses.replace(result, variant=variant)


def _unique(name: str, taken: Mapping[str, object]) -> str:
    stem = Path(name).stem or name
    count = sum(1 for other in taken if other == stem or other.startswith(f"{stem} ("))
    return stem if count == 0 else f"{stem} ({count + 1})"
