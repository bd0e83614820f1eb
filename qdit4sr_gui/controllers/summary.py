"""Measures every result of every photo, one after the other, and keeps the table of means over photos."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal, Slot

from qdit4sr_core.errors import QDiT4SRError, VariantError
from qdit4sr_core.progress import CancelCheck, stop_if
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

    Nothing is measured while nobody looks (`set_wanted`), but for an export (`whole`).
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
        return self._evaluation(self._workspace, self.weights)

    def summary(self) -> Summary | None:
        """The table of what is known now; None without a result."""
        from qdit4sr_core.evaluate import summarize

        evaluation = self.evaluation()
        return summarize(evaluation) if evaluation.records else None

    def close(self) -> None:
        """Stop measuring."""
        self._rest.stop()
        self._tasks.close()

    def whole(self) -> Callable[[CancelCheck], Evaluation]:
        """A function for the background: it measures what is missing of the results of this moment.

        It gives the evaluation of them all, whatever the window shows by then.
        """
        workspace, weights = self._workspace.frozen(), self.weights

        def work(cancelled: CancelCheck) -> Evaluation:
            for photo, spec in self._missing(workspace):
                stop_if(cancelled)
                pixels, reference = _pixels(workspace, photo, spec)
                if pixels is not None:
                    self._numbers[_pair(workspace, photo, spec)] = _measured(pixels, reference)
            return self._evaluation(workspace, weights)

        return work

    def _evaluation(self, workspace: Workspace, weights: int) -> Evaluation:
        from qdit4sr_core.evaluate import MeasuredResult, evaluation_of_results

        photos: dict[str, list[Any]] = {}
        for photo in workspace.photos:
            items = []
            for spec in workspace.specs:
                result = workspace.result(photo, spec)
                if result is None:
                    continue
                numbers = self._numbers.get(_pair(workspace, photo, spec), _Numbers({}, {}))
                label = workspace.label(spec)
                shown = _described(spec, label, result)
                items.append(MeasuredResult(spec, shown, numbers.values, numbers.reasons))
            if items:
                photos[_unique(photo.name, photos)] = items
        return evaluation_of_results(
            photos,
            DEFAULT_METRICS,
            workspace.settings,
            weights=weights,
            model=workspace.model_hash,
        )

    def _missing(self, workspace: Workspace) -> list[tuple[Photo, str]]:
        return [
            (photo, spec)
            for photo in workspace.photos
            for spec in workspace.specs
            if _pair(workspace, photo, spec) not in self._numbers
            and (result := workspace.result(photo, spec)) is not None
            and result.error is None
            and workspace.result(photo, FULL_PRECISION_TEXT) is not None
        ]

    @Slot()
    def _measure_next(self) -> None:
        waiting = self._missing(self._workspace) if self._wanted else []
        if not waiting:
            return
        photo, spec = waiting[0]
        key = _pair(self._workspace, photo, spec)
        try:
            pixels, reference = _pixels(self._workspace, photo, spec)
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


def _pair(workspace: Workspace, photo: Photo, spec: str) -> tuple[ResultKey, ResultKey]:
    return workspace.result_key(photo, spec), workspace.result_key(photo, FULL_PRECISION_TEXT)


def _pixels(workspace: Workspace, photo: Photo, spec: str) -> tuple[np.ndarray | None, np.ndarray | None]:
    return workspace.pixels(photo, spec), workspace.pixels(photo, FULL_PRECISION_TEXT)


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
