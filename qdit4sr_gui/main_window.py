"""The window: panes in the middle, docks around them, everything else in controllers and commands."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import QCloseEvent, QGuiApplication
from PySide6.QtWidgets import QDockWidget, QMainWindow, QMenu, QMessageBox, QToolBar, QToolButton, QWidget

from .actions import ActionSet, Menu
from .background import TaskRunner
from .inference import Inference, ModelLoader, load_bundled_or_folder
from .measurement_controller import MeasurementController
from .messages import RunProgress, WarmedUp
from .panels.measurements import MeasurementsPanel
from .panels.queue import QueuePanel
from .panels.status import StatusPanel, progress_text
from .panels.variants import VariantsPanel
from .photo_controller import SCALE, PhotoController
from .run_controller import RunController
from .settings import SettingsStore
from .theme import apply_theme
from .translation import tr
from .view_images import view_images
from .views.comparison_view import ComparisonView
from .workspace import Photo, Workspace

DOCK_AREAS = {
    "queue": Qt.DockWidgetArea.LeftDockWidgetArea,
    "variants": Qt.DockWidgetArea.LeftDockWidgetArea,
    "measurements": Qt.DockWidgetArea.RightDockWidgetArea,
}


class MainWindow(QMainWindow):
    """Q-DiT4SR Studio's window."""

    full_screen_state = Qt.WindowState.WindowFullScreen

    def __init__(
        self, load_model: ModelLoader = load_bundled_or_folder, store: SettingsStore | None = None
    ) -> None:
        super().__init__()
        self.setWindowTitle("Q-DiT4SR Studio")
        self.resize(1440, 900)
        self.store = store if store is not None else SettingsStore()
        self.preferences = self.store.preferences()
        self.workspace = Workspace()
        self.tasks = TaskRunner(self)
        self.photos = PhotoController(self.workspace, self.tasks, self)
        self.runs = RunController(self.workspace, Inference(load_model), self)
        self.runs.set_preferences(self.preferences)
        self._closing = False
        self.view = ComparisonView()
        self.regions = self.view.state.regions
        self.measure = MeasurementController(self.workspace, self.regions, self)
        self.measure.set_metrics(self.preferences.metrics)
        self.queue_panel = QueuePanel()
        self.variants_panel = VariantsPanel()
        self.measurements_panel = MeasurementsPanel(self.regions)
        self.status_panel = StatusPanel()
        self.setCentralWidget(self.view)
        self.setStatusBar(self.status_panel)
        self.setDockNestingEnabled(True)
        self.docks = {
            "queue": self._dock("queue", tr("Photos"), self.queue_panel),
            "variants": self._dock("variants", tr("Variants"), self.variants_panel),
            "measurements": self._dock("measurements", tr("Measurements"), self.measurements_panel),
        }
        self.action_set = ActionSet(self)
        self._fill_menus()
        self.toolbar = self._make_toolbar()
        self._connect()
        self._first_layout = self.saveState()
        self._restore_layout()
        self.refresh()
        QTimer.singleShot(0, self._start)

    # What the window shows

    @Slot()
    def refresh(self) -> None:
        """Bring every part in line with the workspace."""
        self.show_images()
        self.queue_panel.show_photos(self.workspace.photos, self.workspace.current, self._photo_state)
        photo = self.workspace.photo()
        self.measurements_panel.set_truth_available(photo is not None and photo.reference is not None)
        self.measure.refresh()
        self.action_set.refresh()

    @Slot()
    def show_images(self) -> None:
        """Give the panes the current photo's images."""
        photo = self.workspace.photo()
        canvas = None
        if photo is not None:
            height, width = photo.image.pixels.shape[:2]
            canvas = (width * SCALE, height * SCALE)
        self.view.set_images(view_images(self.workspace, self.runs), canvas)

    @property
    def mode(self) -> str:
        """How the images are compared."""
        return self.view.mode.value

    def set_mode(self, mode: str) -> None:
        """Compare by "grid", "wipe", "blink" or "difference"."""
        self.view.set_mode(mode)

    @property
    def drawing_regions(self) -> bool:
        """True while the mouse draws regions instead of moving the image."""
        return self.view.tool == "region"

    def set_region_tool(self, on: bool) -> None:
        """Draw regions with the mouse, or move the image."""
        self.view.set_region_tool(on)

    def say_done(self, text: str) -> None:
        """One sentence in the status bar."""
        self.status_panel.showMessage(tr(text), 6000)

    @Slot(str, str)
    def show_failure(self, sentence: str, details: str = "") -> None:
        """Tell the user what went wrong, with the details to copy if there are any."""
        box = QMessageBox(QMessageBox.Icon.Warning, "Q-DiT4SR Studio", sentence, parent=self)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if details:
            box.setDetailedText(details)
            copy = box.addButton(tr("Copy details"), QMessageBox.ButtonRole.ActionRole)
            copy.clicked.connect(partial(QGuiApplication.clipboard().setText, f"{sentence}\n\n{details}"))
        box.addButton(QMessageBox.StandardButton.Close)
        box.open()

    # What the user asks for

    def run_current(self) -> None:
        """Run what is missing of the photo shown."""
        photo = self.workspace.photo()
        if photo is not None:
            self.runs.run(photo)

    def cancel(self) -> None:
        """Stop the run."""
        self.runs.cancel()
        self.status_panel.show_busy(tr("Stopping after this step …"))

    def last_folder(self) -> str:
        """The folder of the photo opened last."""
        recent = self.store.recent_files()
        return str(recent[0].parent) if recent else str(Path.home())

    def restore_first_layout(self) -> None:
        """All panels where they were at the first start."""
        self.restoreState(self._first_layout)

    def edit_preferences(self) -> None:
        """Open the preferences."""

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
        self.tasks.close()
        self.runs.close()
        super().closeEvent(event)

    # Building

    def _dock(self, name: str, title: str, panel: QWidget) -> QDockWidget:
        dock = QDockWidget(title, self)
        dock.setObjectName(f"dock.{name}")
        dock.setWidget(panel)
        self.addDockWidget(DOCK_AREAS[name], dock)
        return dock

    def _fill_menus(self) -> None:
        for menu in Menu:
            shown: QMenu = self.menuBar().addMenu(tr(menu.value))
            for spec in self.action_set.specs():
                if spec.menu is menu:
                    if spec.separator_before:
                        shown.addSeparator()
                    shown.addAction(self.action_set[spec.id])
            if menu is Menu.VIEW:
                shown.addSeparator()
                for dock in self.docks.values():
                    shown.addAction(dock.toggleViewAction())

    def _make_toolbar(self) -> QToolBar:
        bar = QToolBar(tr("Toolbar"), self)
        bar.setObjectName("toolbar")
        groups = (
            ("open", "paste"),
            ("run", "cancel"),
            ("grid", "wipe", "blink", "difference"),
            ("region_tool",),
            ("fit", "zoom_100", "zoom_200"),
        )
        for number, group in enumerate(groups):
            if number:
                bar.addSeparator()
            for id in group:
                bar.addAction(self.action_set[id])
                button = bar.widgetForAction(self.action_set[id])
                if isinstance(button, QToolButton):
                    button.setAccessibleName(self.action_set[id].text().replace("&", ""))
        self.addToolBar(bar)
        return bar

    def _connect(self) -> None:
        self.photos.changed.connect(self.refresh)
        self.photos.failed.connect(self.show_failure)
        self.photos.opened.connect(self._remember)
        self.photos.noted.connect(self.status_panel.showMessage)
        self.queue_panel.photoSelected.connect(self.photos.select)
        self.queue_panel.filesDropped.connect(self.photos.open_paths)
        self.queue_panel.referenceDropped.connect(self.photos.set_reference)
        self.variants_panel.specsChanged.connect(self._set_specs)
        self.view.filesDropped.connect(self.photos.open_paths)
        self.view.cursorMoved.connect(self._show_pixel)
        self.runs.resultsChanged.connect(self.refresh)
        self.view.modeChanged.connect(self.action_set.refresh)
        self.view.toolChanged.connect(self.action_set.refresh)
        self.view.regionsChanged.connect(self._regions_changed)
        self.view.regionDragging.connect(self._region_dragging)
        self.measure.tableChanged.connect(self.measurements_panel.show_table)
        self.measurements_panel.referenceChosen.connect(self.measure.set_reference)
        self.runs.previewChanged.connect(self._show_preview)
        self.runs.progressed.connect(self._show_progress)
        self.runs.stateChanged.connect(self._state_changed)
        self.runs.failed.connect(self.show_failure)
        self.runs.warmedUp.connect(self._warmed_up)
        hints = QGuiApplication.styleHints()
        hints.colorSchemeChanged.connect(self._follow_system_theme)

    def _restore_layout(self) -> None:
        stored = self.store.layout()
        if stored is not None:
            self.restoreGeometry(stored[0])
            self.restoreState(stored[1])

    def _photo_state(self, photo: Photo) -> str:
        done, count = self.workspace.done(photo), len(self.workspace.specs)
        if photo.key == self.runs.running_photo():
            return tr("running, {done} of {count} done", done=done, count=count)
        if photo.key in self.runs.waiting_photos():
            return tr("waiting, {done} of {count} done", done=done, count=count)
        return tr("{done} of {count} done", done=done, count=count)

    # Reports

    @Slot(object)
    def _remember(self, path: Any) -> None:
        if isinstance(path, Path):
            self.store.remember_file(path)

    @Slot(tuple)
    def _set_specs(self, specs: tuple[str, ...]) -> None:
        self.workspace.specs = specs
        self.refresh()

    @Slot(object)
    def _show_progress(self, progress: RunProgress) -> None:
        self.status_panel.show_progress(progress)
        if self.runs.running_photo() == self.workspace.current:
            self.view.set_progress(progress.spec, progress.done, progress.total, progress_text(progress))

    @Slot(str)
    def _show_preview(self, photo: str) -> None:
        if photo == self.workspace.current:
            self.view.set_preview(self.runs.running_spec, self.runs.preview(photo, self.runs.running_spec))

    @Slot()
    def _regions_changed(self) -> None:
        self.measurements_panel.place.refresh()
        self.measure.refresh()
        self.action_set.refresh()

    @Slot()
    def _region_dragging(self) -> None:
        self.measurements_panel.place.refresh()
        self.measure.drag()

    @Slot()
    def _state_changed(self) -> None:
        if not self.runs.busy:
            self.status_panel.show_idle(tr("Ready"))
            for image in self.view.images:
                self.view.clear_progress(image.key)
        self.refresh()

    @Slot(object)
    def _warmed_up(self, report: WarmedUp) -> None:
        self.variants_panel.set_catalogue(report.catalogue)
        threads = self.preferences.thread_count()
        self.status_panel.device.setText(tr("{device}, {count} threads", device=report.device, count=threads))
        self.refresh()

    @Slot(float, float, object)
    def _show_pixel(self, x: float, y: float, rgb: tuple[int, int, int] | None) -> None:
        self.status_panel.show_pixel(f"{self.view.scale:.0%}", int(x), int(y), rgb)

    @Slot()
    def _follow_system_theme(self) -> None:
        application = QGuiApplication.instance()
        if self.preferences.theme == "system" and application is not None:
            apply_theme(application, "system")  # type: ignore[arg-type]
