"""Shows what the worker reports: progress, previews, inspections, and the state of each photo."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from qdit4sr_gui.panels.status import progress_text
from qdit4sr_gui.state.messages import Inspected, RunProgress, WarmedUp
from qdit4sr_gui.state.workspace import Photo
from qdit4sr_gui.style.translation import tr

if TYPE_CHECKING:
    from .main_window import MainWindow


class RunDisplay(QObject):
    """Between the run controller and the window's panes and panels."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        runs = window.runs
        runs.resultsChanged.connect(window.photo_display.refresh)
        runs.previewChanged.connect(self._show_preview)
        runs.progressed.connect(self._show_progress)
        runs.stateChanged.connect(self._state_changed)
        runs.stopping.connect(self._stopping)
        runs.failed.connect(window.ask.fail)
        runs.warmedUp.connect(self._warmed_up)
        runs.inspected.connect(self._inspected)
        window.inspector_panel.inspectionWanted.connect(self._inspect)
        window.inspector_panel.spectrumWanted.connect(self._inspect_layer)

    def photo_state(self, photo: Photo) -> str:
        """One line for the queue: "2 of 3 done"."""
        workspace, runs = self._window.workspace, self._window.runs
        done, count = workspace.done(photo), len(workspace.specs)
        if photo.key == runs.running_photo():
            return tr("running, {done} of {count} done", done=done, count=count)
        if photo.key in runs.waiting_photos():
            return tr("waiting, {done} of {count} done", done=done, count=count)
        return tr("{done} of {count} done", done=done, count=count)

    @Slot(object)
    def _show_progress(self, progress: RunProgress) -> None:
        window = self._window
        window.status_panel.show_progress(progress)
        if progress.spec and window.runs.running_photo() == window.workspace.current:
            window.view.set_progress(progress.spec, progress.done, progress.total, progress_text(progress))

    @Slot(str)
    def _show_preview(self, photo: str) -> None:
        runs = self._window.runs
        if photo == self._window.workspace.current:
            self._window.view.set_preview(runs.running_spec, runs.preview(photo, runs.running_spec))

    @Slot()
    def _state_changed(self) -> None:
        status, runs = self._window.status_panel, self._window.runs
        if not runs.busy:
            status.show_idle(tr("Ready"))
        elif not runs.running:
            status.show_busy(tr("Loading the model …"))
        self._window.photo_display.refresh()

    @Slot()
    def _stopping(self) -> None:
        self._window.status_panel.show_busy(tr("Stopping after this step …"))

    @Slot(object)
    def _warmed_up(self, report: WarmedUp) -> None:
        if not gc.isenabled():  # the libraries that were just imported need never be looked at
            gc.freeze()
        window = self._window
        window.variants_panel.set_catalogue(report.catalogue)
        threads = window.preferences.value.thread_count()
        window.status_panel.device.setText(
            tr("{device}, threads: {count}", device=report.device, count=threads)
        )
        window.photo_display.refresh()

    @Slot(str)
    def _inspect(self, spec: str) -> None:
        self._inspect_layer(spec, "")

    @Slot(str, str)
    def _inspect_layer(self, spec: str, layer: str) -> None:
        photo = self._window.workspace.photo()
        if photo is not None:
            self._window.runs.inspect(photo, spec, layer)

    @Slot(object)
    def _inspected(self, report: Inspected) -> None:
        panel = self._window.inspector_panel
        if report.inspection is not None:
            panel.show_inspection(report.spec, report.inspection)
        if report.spectrum is not None:
            panel.show_spectrum(report.spectrum)
