"""The window: panes in the middle, docks around them, everything else in controllers and commands."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import QPoint, Qt, QTimer, Slot
from PySide6.QtGui import QCloseEvent, QGuiApplication
from PySide6.QtWidgets import QApplication, QMainWindow, QMenu, QVBoxLayout, QWidget

from qdit4sr_core.errors import QDiT4SRError
from qdit4sr_core.variant_text import VariantText
from qdit4sr_gui.commands.registry import ActionSet
from qdit4sr_gui.controllers.exports import Exporter
from qdit4sr_gui.controllers.measurements import MeasurementController
from qdit4sr_gui.controllers.pane_images import TRUTH_KEY, view_images
from qdit4sr_gui.controllers.photos import SCALE, PhotoController
from qdit4sr_gui.controllers.runs import RunController
from qdit4sr_gui.controllers.session_document import plain
from qdit4sr_gui.controllers.sessions import SessionKeeper
from qdit4sr_gui.panels.inspector import InspectorPanel
from qdit4sr_gui.panels.measurements import MeasurementsPanel
from qdit4sr_gui.panels.plots import PlotsPanel
from qdit4sr_gui.panels.queue import QueuePanel
from qdit4sr_gui.panels.status import StatusPanel
from qdit4sr_gui.panels.variants import VariantsPanel
from qdit4sr_gui.state.model_choice import sort_offered
from qdit4sr_gui.state.plot_data import PlotImage
from qdit4sr_gui.state.regions import RegionsModel
from qdit4sr_gui.state.result_store import ResultStore
from qdit4sr_gui.state.workspace import Workspace
from qdit4sr_gui.style.theme import apply_theme
from qdit4sr_gui.style.translation import tr
from qdit4sr_gui.views.comparison_view import ComparisonView
from qdit4sr_gui.widgets.file_drops import FileDrops
from qdit4sr_gui.work.inference import Inference, ModelLoader, load_chosen
from qdit4sr_gui.work.tasks import TaskRunner

from .docks import arrange, make_docks, make_toolbar
from .first_run_hint import FirstRunHint
from .menus import fill_menus, fill_recent, popup_pane_menu, show_failure_box
from .run_display import RunDisplay
from .settings import Preferences, SettingsStore

TITLE = "Q-DiT4SR Studio"
BLINK_MS = 500
TRUTH_COLOUR = 7
"""Number of the ground truth's colour in the plots."""


class MainWindow(QMainWindow):
    """Q-DiT4SR Studio's window."""

    full_screen_state = Qt.WindowState.WindowFullScreen
    recent_menu: QMenu
    preferences: Preferences
    workspace: Workspace
    runs: RunController
    view: ComparisonView
    regions: RegionsModel
    show_input: bool
    show_truth: bool

    def __init__(self, load_model: ModelLoader = load_chosen, store: SettingsStore | None = None) -> None:
        super().__init__()
        self.setWindowTitle(TITLE)
        self.resize(1440, 900)
        self.store = store if store is not None else SettingsStore()
        self.preferences = self.store.preferences()
        budget = self.preferences.memory_limit_mb * 2**20 // 4  # pyramids take the rest
        self.workspace = Workspace(store=ResultStore(budget))
        self.tasks = TaskRunner(self)
        self.downloads = TaskRunner(self)
        self.photos = PhotoController(self.workspace, self.tasks, self)
        self.runs = RunController(self.workspace, Inference(load_model), self)
        self.runs.set_preferences(self.preferences)
        self.view = ComparisonView()
        self.regions = self.view.state.regions
        self.measure = MeasurementController(self.workspace, self.regions, self)
        self.measure.set_metrics(self.preferences.metrics)
        self.exporter = Exporter(self)
        self.sessions = SessionKeeper(self)
        self.queue_panel = QueuePanel()
        self.variants_panel = VariantsPanel()
        self.measurements_panel = MeasurementsPanel(self.regions)
        self.plots_panel = PlotsPanel()
        self.inspector_panel = InspectorPanel()
        self.status_panel = StatusPanel()
        self.hint = FirstRunHint()
        self.hint.setVisible(not self.preferences.hint_seen)
        self.show_input, self.show_truth = True, False
        self._blinking = self._closing = False
        self._set_centre()
        self.setStatusBar(self.status_panel)
        self.setDockNestingEnabled(True)
        FileDrops(self).dropped.connect(self.open_files)
        self.docks = make_docks(self)
        self.run_display = RunDisplay(self)
        self.action_set = ActionSet(self)
        fill_menus(self)
        self.toolbar = make_toolbar(self)
        self.queue_panel.add_context_actions(
            [self.action_set[i] for i in ("open_truth", "remove_photo", "rerun")]
        )
        self._connect()
        self._first_layout = self.saveState()
        stored = self.store.layout()
        if stored is not None:
            self.restoreGeometry(stored[0])
            self.restoreState(stored[1])
        self.refresh()
        QTimer.singleShot(0, self._start)

    # What the window shows

    @Slot()
    def refresh(self) -> None:
        """Bring every part in line with the workspace."""
        if self.sessions.follow_photo():
            self.inspector_panel.forget()
        self.show_images()
        self.queue_panel.show_photos(
            self.workspace.photos, self.workspace.current, self.run_display.photo_state
        )
        photo = self.workspace.photo()
        self.measurements_panel.set_truth_available(photo is not None and photo.reference is not None)
        self.measure.refresh()
        self._refresh_plots()
        labels = self.workspace.labels
        self.variants_panel.set_labels(labels)
        self.inspector_panel.set_variants([(s, self.workspace.label(s)) for s in self.workspace.specs])
        self.setWindowTitle(TITLE if photo is None else f"{photo.name} – {TITLE}")
        self.action_set.refresh()

    @Slot()
    def show_images(self) -> None:
        """Give the panes the current photo's images."""
        photo = self.workspace.photo()
        canvas = None
        if photo is not None:
            height, width = photo.image.pixels.shape[:2]
            canvas = (width * SCALE, height * SCALE)
        try:
            images = view_images(self.workspace, self.runs, self.show_input, self.show_truth)
        except QDiT4SRError as error:
            self.show_failure(str(error))
            return
        self.view.set_images(images, canvas)
        running_here = self.workspace.current == self.runs.running_photo()
        for image in images:
            if not (running_here and image.key == self.runs.running_spec):
                self.view.clear_progress(image.key)

    @property
    def mode(self) -> str:
        """How the images are compared."""
        return self.view.mode.value

    def set_mode(self, mode: str) -> None:
        """Compare by "grid", "wipe", "blink" or "difference"."""
        if mode != "blink":
            self.set_blinking(False)
        self.view.set_mode(mode)

    @property
    def drawing_regions(self) -> bool:
        """True while the mouse draws regions instead of moving the image."""
        return self.view.tool == "region"

    @property
    def blinking(self) -> bool:
        """True while the panes alternate by themselves."""
        return self._blinking

    def set_blinking(self, on: bool) -> None:
        """Alternate between the selected result and the reference, or stop."""
        self._blinking = on
        if on:
            self.view.set_mode("blink")
        self.view.set_auto_blink(BLINK_MS if on else 0)

    def set_region_tool(self, on: bool) -> None:
        """Draw regions with the mouse, or move the image."""
        self.view.set_region_tool(on)

    def selected_result(self) -> np.ndarray | None:
        """The pixels of the selected pane."""
        return next((image.pixels for image in self.view.images if image.key == self.view.selected), None)

    def say_done(self, text: str) -> None:
        """One sentence in the status bar."""
        self.status_panel.showMessage(tr(text), 8000)

    @Slot(str, str)
    def show_failure(self, sentence: str, details: str = "") -> None:
        """Tell the user what went wrong, with the details to copy if there are any."""
        if self._closing:
            return
        show_failure_box(self, sentence, details)

    # What the user asks for

    @Slot(list)
    def open_files(self, paths: list[Path]) -> None:
        """Open photos, folders of photos, a session, quantized files or a model folder."""
        offered = sort_offered(Path(path) for path in paths)
        if offered.sessions:
            self.exporter.open_session(offered.sessions[0])
        else:
            self.photos.open_paths(offered.photos)
        for artifact in offered.artifacts:
            self.variants_panel.add_spec(VariantText("artifact", path=artifact).text)
        if offered.models:
            self.edit_preferences(offered.models[0])

    @Slot()
    def run_current(self) -> None:
        """Run what is missing of the photo shown."""
        photo = self.workspace.photo()
        if photo is not None:
            self.hint.hide()  # said what it had to say; comes back at the next start until dismissed
            self.view.setFocus()  # keys such as Space go to the panes
            self.runs.run(photo)

    def cancel(self) -> None:
        """Stop the run."""
        self.runs.cancel()
        self.status_panel.show_busy(tr("Stopping after this step …"))

    def last_folder(self) -> str:
        """The folder of the photo opened last."""
        recent = self.store.recent_files()
        return str(recent[0].parent) if recent else str(Path.home())

    @Slot()
    def fill_recent_menu(self) -> None:
        """List the recent photos."""
        fill_recent(self.recent_menu, self.store.recent_files(), self.photos.open_paths)

    def restore_first_layout(self) -> None:
        """All panels where they were at the first start."""
        self.restoreState(self._first_layout)
        arrange(self, self.docks)

    def edit_preferences(self, model: Path | None = None) -> None:
        """Open the preferences, with a model folder to use instead if one is given."""
        from qdit4sr_gui.dialogs.preferences import PreferencesDialog

        dialog = PreferencesDialog(self.preferences, self.downloads, self.tasks, self)
        dialog.chosen.connect(self.set_preferences)
        if model is not None:
            dialog.offer_model(str(model))
        dialog.open()

    @Slot(object)
    def set_preferences(self, preferences: Preferences) -> None:
        """Use and remember other preferences."""
        old, self.preferences = self.preferences, preferences
        self.store.save_preferences(preferences)
        self.runs.set_preferences(preferences)
        self.measure.set_metrics(preferences.metrics)
        application = QApplication.instance()
        if preferences.theme != old.theme and isinstance(application, QApplication):
            apply_theme(application, preferences.theme)
        if preferences.model_choice() != old.model_choice():
            self.inspector_panel.forget()
            self.runs.warm_up()
        self.refresh()

    # Life

    @Slot()
    def _start(self) -> None:
        if self._closing:
            return
        if not self.workspace.photos:
            self.photos.open_sample()
        self.runs.warm_up()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Stop the work, remember the layout."""
        self._closing = True
        self.store.save_layout(self.saveGeometry(), self.saveState())
        self.store.flush()
        self.measure.close()
        self.plots_panel.close_tasks()
        self.tasks.close()
        self.downloads.close()
        self.runs.close()
        self.workspace.close()
        super().closeEvent(event)

    def _set_centre(self) -> None:
        centre = QWidget()
        layout = QVBoxLayout(centre)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.hint)
        layout.addWidget(self.view, 1)
        self.setCentralWidget(centre)

    def _connect(self) -> None:
        self.photos.changed.connect(self.refresh)
        self.photos.failed.connect(self.show_failure)
        self.photos.opened.connect(self._remember)
        self.photos.noted.connect(self.status_panel.showMessage)
        self.queue_panel.photoSelected.connect(self.photos.select)
        self.queue_panel.filesDropped.connect(self.open_files)
        self.queue_panel.referenceDropped.connect(self.photos.set_reference)
        self.variants_panel.specsChanged.connect(self._set_specs)
        self.variants_panel.refused.connect(self.status_panel.showMessage)
        self.view.filesDroppedOn.connect(self._dropped_on_pane)
        self.view.menuRequested.connect(self._pane_menu)
        self.view.cursorMoved.connect(self._show_pixel)
        self.view.modeChanged.connect(self.action_set.refresh)
        self.view.toolChanged.connect(self.action_set.refresh)
        self.view.state.stepChanged.connect(self.action_set.refresh)
        self.view.selectionChanged.connect(self.action_set.refresh)
        self.view.regionsChanged.connect(self._regions_changed)
        self.view.regionDragging.connect(self._region_dragging)
        self.measure.failed.connect(self.show_failure)
        self.measure.tableChanged.connect(self.measurements_panel.show_table)
        self.measurements_panel.referenceChosen.connect(self.measure.set_reference)
        self.hint.dismissed.connect(self._hint_seen)
        self.hint.runWanted.connect(self.run_current)
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._follow_system_theme)

    # Reports

    def _refresh_plots(self) -> None:
        active = self.regions.active_region
        specs = self.workspace.specs
        label = self.workspace.label
        images = [PlotImage(s, tr(label(s)), p, specs.index(s)) for s, p in self.measure.images()]
        photo = self.workspace.photo()
        if photo is not None and photo.reference is not None:
            images.append(PlotImage(TRUTH_KEY, tr("Ground truth"), photo.reference.pixels, TRUTH_COLOUR))
        self.plots_panel.set_images(images, None if active is None else plain(active))

    @Slot(object)
    def _remember(self, path: Any) -> None:
        if isinstance(path, Path):
            self.store.remember_file(path)

    @Slot(tuple)
    def _set_specs(self, specs: tuple[str, ...]) -> None:
        self.workspace.specs = specs
        self.refresh()

    @Slot(str, list)
    def _dropped_on_pane(self, key: str, paths: list[Path]) -> None:
        if key == TRUTH_KEY and len(paths) == 1:
            self.photos.set_reference(self.workspace.current, Path(paths[0]))
        else:
            self.open_files(paths)

    @Slot(str, QPoint)
    def _pane_menu(self, key: str, place: QPoint) -> None:
        self.view.select(key)
        popup_pane_menu(self, key, place)

    @Slot()
    def _regions_changed(self) -> None:
        self.measurements_panel.place.refresh()
        self.measure.refresh()
        self._refresh_plots()
        self.action_set.refresh()

    @Slot()
    def _region_dragging(self) -> None:
        self.measurements_panel.place.refresh()
        self.measure.drag()

    @Slot()
    def _hint_seen(self) -> None:
        self.hint.hide()
        self.preferences = replace(self.preferences, hint_seen=True)
        self.store.save_preferences(self.preferences)

    @Slot(float, float, object)
    def _show_pixel(self, x: float, y: float, rgb: tuple[int, int, int] | None) -> None:
        self.status_panel.show_pixel(f"{self.view.scale:.0%}", int(x), int(y), rgb)

    @Slot()
    def _follow_system_theme(self) -> None:
        application = QApplication.instance()
        follows = self.preferences.theme == "system" and not self._closing
        if follows and isinstance(application, QApplication):
            apply_theme(application, "system")
