"""Shows what the worker reports: progress, previews, inspections, the device."""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, Signal, Slot

from qdit4sr_gui.commands.studio import Studio
from qdit4sr_gui.panels.status import estimate_text, step_text
from qdit4sr_gui.state.messages import Inspected, RunProgress, WarmedUp
from qdit4sr_gui.state.workspace import ResultKey
from qdit4sr_gui.style.translation import tr

from .panel_set import PanelSet


class RunDisplay(QObject):
    """Between the run controller and the window's panes and panels."""

    estimated = Signal(str)
    """What a run of the photo shown will cost, in words; empty where nothing is known or missing."""

    def __init__(self, studio: Studio, panels: PanelSet, parent: QObject) -> None:
        super().__init__(parent)
        self._studio, self._panels = studio, panels
        runs = studio.runs
        runs.previewChanged.connect(self._show_preview)
        runs.progressed.connect(self._show_progress)
        runs.stateChanged.connect(self._state_changed)
        runs.stopping.connect(self._stopping)
        runs.warmedUp.connect(self._warmed_up)
        runs.inspected.connect(self._inspected)
        for event in (
            studio.workspace.photos_changed,
            studio.workspace.current_changed,
            studio.workspace.variants_changed,
            studio.workspace.results_changed,
            studio.workspace.replaced,
        ):
            event.connect(self._show_estimate, max_args=0)
        panels.inspector.inspectionWanted.connect(self._inspect)
        panels.inspector.spectrumWanted.connect(self._inspect_layer)

    @Slot(object)
    def _show_progress(self, progress: RunProgress) -> None:
        studio = self._studio
        self._panels.status.show_progress(progress)
        if progress.spec and studio.runs.running_photo() == studio.workspace.current:
            studio.view.set_progress(progress.spec, progress.done, progress.total, step_text(progress))

    @Slot(str)
    def _show_preview(self, photo: str) -> None:
        runs = self._studio.runs
        if photo == self._studio.workspace.current:
            self._studio.view.set_preview(runs.running_spec, runs.preview(photo, runs.running_spec))

    @Slot()
    def _state_changed(self) -> None:
        status, runs = self._panels.status, self._studio.runs
        if not runs.busy:
            self._show_estimate()
        elif not runs.running:
            status.show_busy(tr("Loading the model …"))

    def _show_estimate(self) -> None:
        """What the next run costs: in the tip of Run, and in the status bar if it is more than a minute."""
        studio, photo = self._studio, self._studio.workspace.photo()
        cost = None if photo is None else studio.runs.estimate([photo])
        text = "" if cost is None else estimate_text(cost.seconds, cost.memory_bytes)
        self.estimated.emit(text)
        if studio.runs.busy:
            return
        long = cost is not None and cost.seconds is not None and cost.seconds > 60
        ready = tr("Ready")
        self._panels.status.show_idle(f"{ready} – {text}" if long else ready)

    @Slot()
    def _stopping(self) -> None:
        self._panels.status.show_busy(tr("Stopping after this step …"))

    @Slot(object)
    def _warmed_up(self, report: WarmedUp) -> None:
        if not gc.isenabled():  # the libraries that were just imported need never be looked at
            gc.freeze()
        self._panels.variants.set_catalogue(report.catalogue)
        threads = self._studio.preferences.value.thread_count()
        self._panels.status.device.setText(
            tr("{device}, threads: {count}", device=report.device, count=threads)
        )

    @Slot(str)
    def _inspect(self, spec: str) -> None:
        self._inspect_layer(spec, "")

    @Slot(str, str)
    def _inspect_layer(self, spec: str, layer: str) -> None:
        photo = self._studio.workspace.photo()
        if photo is not None:
            self._studio.runs.inspect(photo, spec, layer)

    @Slot(object, object)
    def _inspected(self, subject: ResultKey, report: Inspected) -> None:
        if report.inspection is not None:
            self._panels.inspector.show_inspection(subject, report.spec, report.inspection)
        if report.spectrum is not None:
            self._panels.inspector.show_spectrum(subject, report.spec, report.spectrum)
