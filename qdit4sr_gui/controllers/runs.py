"""Starts runs of the workspace's photos and files their reports into it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QObject, Signal, Slot

from qdit4sr_core.file_names import readable
from qdit4sr_core.progress import What
from qdit4sr_gui.state.messages import (
    Inspected,
    InspectRequest,
    JobEnded,
    JobFailed,
    Preview,
    Report,
    RunProgress,
    RunRequest,
    VariantFinished,
    VariantStarted,
    WarmedUp,
    WarmUpRequest,
)
from qdit4sr_gui.state.preferences import Preferences
from qdit4sr_gui.state.workspace import Photo, Workspace
from qdit4sr_gui.style.translation import tr
from qdit4sr_gui.work.inference import Inference
from qdit4sr_gui.work.jobs import JobRunner

from .forecast import Forecaster, rough_seconds

if TYPE_CHECKING:
    from qdit4sr_core.forecast import Estimate


def other_weights() -> str:
    """The sentence for results that no run of the present model would give."""
    return tr(
        "These results were made with other weights than the model in use; a run makes all of them anew."
    )


def seen_other_weights() -> str:
    """The same where nobody asked for a run: nothing may be missing that "Run" would make."""
    return tr("These results were made with other weights than the model in use; “Run again” makes all anew.")


class RunController(QObject):
    """The workspace's connection to the worker.

    `previewChanged(photo key)` with a new estimate, `progressed(RunProgress)`, `stateChanged` when a job or a
    variant starts or ends or the queue changes, `failed(sentence, details)`, `warmedUp(WarmedUp)`,
    `inspected(ResultKey, Inspected)`. Results go to the workspace, which tells of them itself.
    """

    previewChanged = Signal(str)
    progressed = Signal(object)
    stateChanged = Signal()
    started = Signal()
    """The user asked for a run of a photo, the one shown or one of all."""
    stopping = Signal()
    noted = Signal(str)
    """A sentence worth a glance."""
    failed = Signal(str, str)
    ended = Signal(bool)
    warmedUp = Signal(object)
    inspected = Signal(object, object)

    def __init__(self, workspace: Workspace, inference: Inference, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.workspace = workspace
        self.preferences = Preferences()
        self.running_spec = ""
        self.progress: RunProgress | None = None
        self._loaded = ""
        self._previews: dict[tuple[str, str], np.ndarray] = {}
        self._reached: tuple[str, str, What] | None = None
        """Photo and variant that are computed, and how far it is."""
        self._stopped: dict[tuple[str, str], What] = {}
        """How far the variants were that were cancelled and not begun again."""
        self._share = 0.0
        """The largest that was told of the present run."""
        self.forecast = Forecaster(workspace)
        self._photos_of_run = self._variants_of_run = 0
        self._cancelled = ""
        """Key of the photo whose run is being cancelled."""
        self._jobs = JobRunner(inference.perform, self)
        self._jobs.reported.connect(self._receive)
        self._jobs.changed.connect(self.stateChanged)
        workspace.photos_changed.connect(self._withdraw)
        workspace.replaced.connect(self._withdraw)

    def set_preferences(self, preferences: Preferences) -> None:
        """Use other settings from the next run on."""
        old, self.preferences = self.preferences, preferences
        sampling = preferences.sampling_overrides()
        if sampling != old.sampling_overrides() or not self.workspace.settings:
            self.workspace.use_model(settings=sampling)
        if (preferences.model, preferences.base) != (old.model, old.base):
            self._loaded = ""
            self.workspace.use_model(preferences.model, "", base=preferences.base)

    @property
    def running(self) -> bool:
        """True while a photo is being run or waits to be."""
        return any(isinstance(request, RunRequest) for request in (self._jobs.active, *self._jobs.pending))

    @property
    def busy(self) -> bool:
        """True while the worker does anything."""
        return self._jobs.active is not None

    @property
    def paused(self) -> bool:
        """True while the queue is held."""
        return self._jobs.paused

    @property
    def made_elsewhere(self) -> bool:
        """Do the results shown come from other weights than the model that runs would use?"""
        shown = self.workspace.model_hash
        other = (self.workspace.model, self.workspace.base) != (self.preferences.model, self.preferences.base)
        return self.workspace.holds_results() and (other or bool(self._loaded and shown != self._loaded))

    def running_photo(self) -> str:
        """The key of the photo being run, "" if none is."""
        active = self._jobs.active
        return active.photo if isinstance(active, RunRequest) else ""

    def waiting_photos(self) -> list[str]:
        """Keys of the photos that wait for their turn."""
        return [request.photo for request in self._waiting()]

    def _waiting(self) -> list[RunRequest]:
        return [request for request in self._jobs.pending if isinstance(request, RunRequest)]

    def preview(self, photo: str, spec: str) -> np.ndarray | None:
        """The latest estimate of a variant that is running or was cancelled, uint8 (H, W, 3)."""
        return self._previews.get((photo, spec))

    def cancelled_at(self, photo: str, spec: str) -> What | None:
        """How far a variant was when it was cancelled; None for one that was not, or has begun again."""
        return self._stopped.get((photo, spec))

    def warm_up(self) -> None:
        """Have torch and the model loaded in the background."""
        preferences = self.preferences
        self._jobs.submit(
            WarmUpRequest(self._jobs.next_job(), preferences.model_choice(), preferences.thread_count())
        )

    def run(self, photo: Photo) -> bool:
        """Queue what is missing of a photo; False when nothing is.

        Where the results shown come from other weights, everything is missing: they would not compare.
        """
        if self.made_elsewhere:
            self.workspace.use_model(self.preferences.model, self._loaded, base=self.preferences.base)
        specs = self.workspace.missing(photo)
        if not specs or photo.key in (self.running_photo(), *self.waiting_photos()):
            return False
        self.started.emit()
        preferences = self.preferences
        self._photos_of_run += 1
        self._variants_of_run += len(specs)
        self._jobs.submit(
            RunRequest(
                job=self._jobs.next_job(),
                photo=photo.key,
                image=photo.image,
                specs=specs,
                model=preferences.model_choice(),
                settings=dict(self.workspace.settings),
                threads=preferences.thread_count(),
                preview=preferences.preview,
            )
        )
        return True

    def run_current(self) -> None:
        """Queue what is missing of the photo shown."""
        photo = self.workspace.photo()
        if photo is not None:
            self.run(photo)

    def inspect(self, photo: Photo, spec: str, layer: str = "") -> None:
        """Queue the measurement of a variant's layers, or the spectrum of one; once, however often asked."""
        preferences = self.preferences
        wanted = InspectRequest(
            self._jobs.next_job(),
            photo.key,
            photo.image,
            spec,
            layer,
            preferences.model_choice(),
            dict(self.workspace.settings),
            preferences.thread_count(),
        )
        asked = [one for one in (self._jobs.active, *self._jobs.pending) if isinstance(one, InspectRequest)]
        if _what(wanted) not in map(_what, asked):
            self._jobs.submit(wanted)

    def cancel(self) -> None:
        """Stop the running photo within a step and forget the waiting ones."""
        self._cancelled = self.running_photo()
        self._jobs.cancel()
        self.stopping.emit()

    def _withdraw(self) -> None:
        """Nothing is computed for photos that were taken out; what is done of them stays known."""
        here = {photo.key for photo in self.workspace.photos}
        gone = [request for request in self._waiting() if request.photo not in here]
        self._photos_of_run -= len(gone)
        self._variants_of_run -= sum(len(request.specs) for request in gone)
        self._stopped = {key: what for key, what in self._stopped.items() if key[0] in here}
        self._previews = {key: pixels for key, pixels in self._previews.items() if key[0] in here}
        self._jobs.withdraw(
            lambda request: isinstance(request, RunRequest | InspectRequest) and request.photo not in here
        )

    def set_paused(self, paused: bool) -> None:
        """Hold the queue after the running photo, or go on."""
        self._jobs.set_paused(paused)

    def close(self) -> bool:
        """End the worker; True once its thread is gone."""
        return self._jobs.close()

    @Slot(object)
    def _receive(self, report: Report) -> None:
        if isinstance(report, WarmedUp):
            self._loaded = report.model_hash
            if self.made_elsewhere:
                self.noted.emit(seen_other_weights())
            else:
                self.workspace.use_model(model_hash=report.model_hash)
            self.forecast.use_model(report, self.preferences.thread_count())
            self.warmedUp.emit(report)
        elif isinstance(report, VariantStarted):
            self.running_spec = report.spec
            self._forget_stopped(self.running_photo(), report.spec)
            self.workspace.name_variant(report.spec, report.label)
            self._forecast_from(report.spec)
            self.stateChanged.emit()
        elif isinstance(report, RunProgress):
            self.progress = self._with_forecast(report)
            if report.spec and self.running_photo():
                self._reached = self.running_photo(), report.spec, report.what
            self.progressed.emit(self.progress)
        elif isinstance(report, Preview):
            self._previews[(self.running_photo(), report.spec)] = report.pixels
            self.previewChanged.emit(self.running_photo())
        elif isinstance(report, VariantFinished):
            self._file(report)
        elif isinstance(report, Inspected):
            self._hand_on(report)
        elif isinstance(report, JobEnded | JobFailed):
            self._end(report)

    def estimate(self, photos: Iterable[Photo]) -> Estimate | None:
        """Time and memory of what is missing of these photos; None before the model is loaded."""
        return self.forecast.estimate([(photo, self.workspace.missing(photo)) for photo in photos])

    def expected_seconds(self, photo: Photo) -> float | None:
        """Time of what is missing of a photo, roughly where nothing was measured yet; None where unknown."""
        missing = self.workspace.missing(photo)
        cost = self.forecast.estimate([(photo, missing)])
        if cost is not None and cost.seconds is not None:
            return cost.seconds
        return None if self.preferences.model else rough_seconds(photo, missing)

    def _forecast_from(self, spec: str) -> None:
        request = self._jobs.active
        photo = self.workspace.photo(request.photo) if isinstance(request, RunRequest) else None
        if photo is None or not isinstance(request, RunRequest):
            return
        waiting = [
            (other, later.specs)
            for later in self._waiting()
            if (other := self.workspace.photo(later.photo)) is not None
        ]
        self.forecast.begin(photo, spec, _after(spec, request), waiting)

    def _with_forecast(self, report: RunProgress) -> RunProgress:
        if not report.spec or not self.running:
            return report
        left, total = self.forecast.update(report)
        waiting, active = self._waiting(), self._jobs.active
        rest = _after(report.spec, active) if isinstance(active, RunRequest) else ()
        told = replace(
            report,
            seconds_left=left,
            seconds_total=total,
            photo=self._photos_of_run - len(waiting),
            photos=self._photos_of_run,
            variant=self._variants_of_run - len(rest) - sum(len(later.specs) for later in waiting),
            variants=self._variants_of_run,
        )
        self._share = max(self._share, share_of(told))
        return replace(told, share=self._share)

    def _file(self, report: VariantFinished) -> None:
        request = self._jobs.active
        if not isinstance(request, RunRequest):
            return
        key = request.photo
        photo = self.workspace.photo(key)
        self.forecast.finish(report.result)
        self._forget_stopped(key, report.spec)
        if self.running_spec == report.spec:
            self.running_spec = ""
        if photo is not None:
            self._know_weights(request, report.model_hash)
        self.workspace.name_variant(report.spec, report.result.variant.label)
        if photo is not None:
            self.workspace.keep(photo, report.spec, report.result, report.model_hash, request.settings)

    def _hand_on(self, report: Inspected) -> None:
        """What was inspected, with what it holds for: another photo may be shown by now."""
        request = self._jobs.active
        if not isinstance(request, InspectRequest):
            return
        photo = self.workspace.photo(request.photo)
        if photo is not None:
            shown = self.workspace.model_hash or self.workspace.model
            if not self._are_other_weights(request, report.model_hash):
                self._know_weights(request, report.model_hash)
                shown = report.model_hash
            self.inspected.emit(self.workspace.key_of(photo, "", shown, request.settings), report)

    def _are_other_weights(self, request: InspectRequest, model_hash: str) -> bool:
        """Do the results shown, of an opened session, come from other weights of the chosen model?"""
        if (request.model.folder, request.model.base) != (self.preferences.model, self.preferences.base):
            return False
        self._loaded = model_hash
        return self.made_elsewhere

    def _know_weights(self, request: RunRequest | InspectRequest, model_hash: str) -> None:
        """Results are of the weights that were read, if the model asked for is still the chosen one."""
        chosen = self.workspace.model, self.workspace.base
        if (request.model.folder, request.model.base) == chosen:
            self._loaded = model_hash
            self.workspace.use_model(model_hash=model_hash)

    def _end(self, report: JobEnded | JobFailed) -> None:
        if self._reached is not None and isinstance(report, JobEnded) and report.cancelled:
            photo, spec, what = self._reached
            self._stopped[photo, spec] = what
        self._previews = {key: pixels for key, pixels in self._previews.items() if key in self._stopped}
        self._reached = None
        self.running_spec = ""
        self.progress = None
        if not self.running:
            self._photos_of_run = self._variants_of_run = 0
            self._share = 0.0
            self.forecast.end()
        self.stateChanged.emit()
        if isinstance(report, JobFailed):
            self.failed.emit(report.sentence, report.details)
        else:
            self.ended.emit(report.cancelled)
            if report.cancelled:
                self._tell_cancelled()
        self._cancelled = ""

    def _forget_stopped(self, photo: str, spec: str) -> None:
        """A variant begins, or is done."""
        self._reached = None
        self._previews.pop((photo, spec), None)
        self._stopped.pop((photo, spec), None)

    def _tell_cancelled(self) -> None:
        photo = self.workspace.photo(self._cancelled) if self._cancelled else None
        if photo is not None and not self.workspace.specs:
            self.noted.emit(tr("{name}: the run was cancelled.", name=readable(photo.name)))
        elif photo is not None:
            done, count = self.workspace.done(photo), len(self.workspace.specs)
            text = tr(
                "{name}: the run was cancelled with {done} of {count} variants done.",
                name=readable(photo.name),
                done=done,
                count=count,
            )
            self.noted.emit(text)


def share_of(progress: RunProgress) -> float:
    """How much of the whole run is done, 0 to 1: by time, or by variants where no time is known."""
    if progress.seconds_left is not None and progress.seconds_total:
        return 1.0 - progress.seconds_left / progress.seconds_total
    return (progress.variant - 1 + progress.done / max(1, progress.total)) / max(1, progress.variants)


def _after(spec: str, request: RunRequest) -> tuple[str, ...]:
    """The variants that follow one in its request."""
    return tuple(request.specs[request.specs.index(spec) + 1 :]) if spec in request.specs else ()


def _what(request: InspectRequest) -> tuple[Any, ...]:
    """What is inspected, and with what: equal for the same question asked again."""
    return request.photo, request.spec, request.layer, request.model, dict(request.settings)
