"""Shows the workspace in panes and panels: each part is brought up to date by the events that concern it."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QMainWindow

from qdit4sr_core.errors import QDiT4SRError
from qdit4sr_core.file_names import readable
from qdit4sr_core.variant_text import FULL_PRECISION_TEXT
from qdit4sr_core.version import PROGRAM
from qdit4sr_gui.commands.studio import Studio
from qdit4sr_gui.controllers.pane_images import view_images
from qdit4sr_gui.controllers.photos import output_size
from qdit4sr_gui.controllers.session_document import plain
from qdit4sr_gui.state.plot_data import REFERENCE, TRUTH, PlotImage
from qdit4sr_gui.state.view_image import TRUTH_KEY
from qdit4sr_gui.state.workspace import Photo
from qdit4sr_gui.style.translation import tr

from .panel_set import PanelSet


class PhotoDisplay(QObject):
    """Between the workspace and what the window shows of it."""

    def __init__(self, studio: Studio, panels: PanelSet, window: QMainWindow) -> None:
        super().__init__(window)
        self._studio, self._panels, self._window = studio, panels, window
        self._shown = ""
        """Key of the photo whose unfinished pictures the panes have."""
        workspace = studio.workspace
        workspace.photos_changed.connect(self.refresh)
        workspace.current_changed.connect(self.refresh, max_args=0)
        workspace.variants_changed.connect(self._variants_changed)
        workspace.results_changed.connect(self._results_changed)
        workspace.shown_changed.connect(self.show_images)
        workspace.replaced.connect(self._replaced)
        studio.regions.changed.connect(self._show_plots)
        studio.runs.stateChanged.connect(self._run_changed)

    def refresh(self) -> None:
        """Show everything anew."""
        self.show_images()
        self._show_queue()
        self._show_plots()
        self._show_names()
        self._show_inspected()
        photo = self._studio.workspace.photo()
        self._panels.measurements.set_truth_available(photo is not None and photo.reference is not None)
        self._window.setWindowTitle(PROGRAM if photo is None else f"{readable(photo.name)} – {PROGRAM}")

    def _replaced(self) -> None:
        self._panels.inspector.forget()
        workspace = self._studio.workspace
        labels, ticked = workspace.labels, workspace.specs
        variants = tuple((spec, labels.get(spec, ""), spec in ticked) for spec in workspace.listed())
        self._panels.variants.show_list(variants)
        self.refresh()

    def _variants_changed(self) -> None:
        self.show_images()
        self._show_queue()
        self._show_plots()
        self._show_names()

    def _results_changed(self, photo: str) -> None:
        if photo in ("", self._studio.workspace.current):
            self.show_images()
            self._show_plots()
            self._show_inspected()
        self._show_queue()

    @Slot()
    def _run_changed(self) -> None:
        self.show_images()
        self._show_queue()

    def show_images(self) -> None:
        """Give the panes the current photo's images, without names during a blind test."""
        workspace, runs, view = self._studio.workspace, self._studio.runs, self._studio.view
        photo = workspace.photo()
        canvas = None if photo is None else output_size(photo.image.pixels)
        try:
            images = view_images(workspace, runs, workspace.show_input, workspace.show_truth)
        except QDiT4SRError as error:
            self._studio.ask.fail(str(error))
            return
        images = self._studio.blind.disguised(images)
        view.set_images(images, canvas)
        if workspace.current != self._shown:
            self._shown = workspace.current
            for image in images:
                view.set_preview(image.key, runs.preview(workspace.current, image.key))
        running_here = workspace.current == runs.running_photo()
        for image in images:
            if not (running_here and image.key == runs.running_spec):
                view.clear_progress(image.key)

    def _show_queue(self) -> None:
        workspace = self._studio.workspace
        self._panels.queue.show_photos(workspace.photos, workspace.current, self._photo_state)

    def _photo_state(self, photo: Photo) -> str:
        """One line for the queue: "2 of 3 done"."""
        workspace, runs = self._studio.workspace, self._studio.runs
        done, count = workspace.done(photo), len(workspace.specs)
        if not count:
            return tr("running") if photo.key == runs.running_photo() else tr("no variants ticked")
        if photo.key == runs.running_photo():
            return tr("running: {done} of {count}", done=done, count=count)
        if photo.key in runs.waiting_photos():
            return tr("waiting: {done} of {count}", done=done, count=count)
        return tr("{done} of {count} done", done=done, count=count)

    def _show_names(self) -> None:
        workspace = self._studio.workspace
        self._panels.variants.set_labels(workspace.labels)
        self._panels.inspector.set_variants([(spec, workspace.label(spec)) for spec in workspace.specs])

    def _show_inspected(self) -> None:
        """What was measured of this photo with this model and these settings."""
        workspace = self._studio.workspace
        photo = workspace.photo()
        self._panels.inspector.show_subject(None if photo is None else workspace.result_key(photo, ""))

    def _show_plots(self) -> None:
        """Draw the curves of the active region, or of the whole image."""
        workspace = self._studio.workspace
        active = self._studio.regions.active_region
        specs, label = workspace.specs, workspace.label
        photo = workspace.photo()
        quantized = [spec for spec in specs if spec != FULL_PRECISION_TEXT]
        images = []
        for spec, pixels in self._studio.measure.images():
            result = workspace.result(photo, spec) if photo is not None else None
            strays = () if result is None else result.trajectory_error
            number = quantized.index(spec) if spec in quantized else REFERENCE
            images.append(PlotImage(spec, tr(label(spec)), pixels, number, strays))
        if photo is not None and photo.reference is not None:
            images.append(PlotImage(TRUTH_KEY, tr("Ground truth"), photo.reference.pixels, TRUTH))
        self._panels.plots.set_images(images, None if active is None else plain(active))
