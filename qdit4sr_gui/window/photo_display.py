"""Shows the current photo everywhere: panes, queue, plots, title, and what can be done with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from qdit4sr_core.errors import QDiT4SRError
from qdit4sr_gui.controllers.pane_images import TRUTH_KEY, view_images
from qdit4sr_gui.controllers.photos import SCALE
from qdit4sr_gui.controllers.session_document import plain
from qdit4sr_gui.state.plot_data import PlotImage
from qdit4sr_gui.style.translation import tr

if TYPE_CHECKING:
    from .main_window import MainWindow

TITLE = "Q-DiT4SR Studio"
TRUTH_COLOUR = 7
"""Number of the ground truth's colour in the plots."""


class PhotoDisplay(QObject):
    """Between the workspace and the window's panes and panels."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window

    @Slot()
    def refresh(self) -> None:
        """Bring every part in line with the workspace."""
        window, workspace = self._window, self._window.workspace
        if window.sessions.follow_photo():
            window.inspector_panel.forget()
        self._show_images()
        window.queue_panel.show_photos(workspace.photos, workspace.current, window.run_display.photo_state)
        photo = workspace.photo()
        window.measurements_panel.set_truth_available(photo is not None and photo.reference is not None)
        window.measure.refresh()
        self.refresh_plots()
        window.variants_panel.set_labels(workspace.labels)
        window.inspector_panel.set_variants([(spec, workspace.label(spec)) for spec in workspace.specs])
        window.setWindowTitle(TITLE if photo is None else f"{photo.name} – {TITLE}")
        window.action_set.refresh()

    def _show_images(self) -> None:
        window, workspace, runs = self._window, self._window.workspace, self._window.runs
        photo = workspace.photo()
        canvas = None
        if photo is not None:
            height, width = photo.image.pixels.shape[:2]
            canvas = (width * SCALE, height * SCALE)
        try:
            images = view_images(workspace, runs, workspace.show_input, workspace.show_truth)
        except QDiT4SRError as error:
            window.ask.fail(str(error))
            return
        window.view.set_images(images, canvas)
        running_here = workspace.current == runs.running_photo()
        for image in images:
            if not (running_here and image.key == runs.running_spec):
                window.view.clear_progress(image.key)

    def refresh_plots(self) -> None:
        """Draw the curves of the active region, or of the whole image."""
        window, workspace = self._window, self._window.workspace
        active = window.regions.active_region
        specs, label = workspace.specs, workspace.label
        images = [PlotImage(s, tr(label(s)), p, specs.index(s)) for s, p in window.measure.images()]
        photo = workspace.photo()
        if photo is not None and photo.reference is not None:
            images.append(PlotImage(TRUTH_KEY, tr("Ground truth"), photo.reference.pixels, TRUTH_COLOUR))
        window.plots_panel.set_images(images, None if active is None else plain(active))
