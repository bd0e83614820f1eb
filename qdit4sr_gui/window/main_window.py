"""The window: panes in the middle, docks around them. Layout, wiring and closing; the rest is elsewhere."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, QPoint, QTimer, Slot
from PySide6.QtGui import QCloseEvent, QGuiApplication, QStatusTipEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QVBoxLayout, QWidget

from qdit4sr_core.file_names import readable
from qdit4sr_core.version import PROGRAM
from qdit4sr_gui.commands import menus as command_files
from qdit4sr_gui.commands.action_set import ActionSet
from qdit4sr_gui.commands.discovery import commands_in
from qdit4sr_gui.commands.menus.file import FileCommand
from qdit4sr_gui.commands.menus.run import RunCommand
from qdit4sr_gui.commands.registry import Registry
from qdit4sr_gui.commands.studio import Studio
from qdit4sr_gui.state.messages import WarmedUp
from qdit4sr_gui.state.preferences import CurrentPreferences, Preferences
from qdit4sr_gui.state.removals import Removal
from qdit4sr_gui.state.result_store import ResultStore
from qdit4sr_gui.state.view_image import TRUTH_KEY
from qdit4sr_gui.state.workspace import Workspace
from qdit4sr_gui.style.theme import apply_theme
from qdit4sr_gui.style.translation import tr
from qdit4sr_gui.views.comparison_view import ComparisonView
from qdit4sr_gui.widgets.events_first import EventsFirst
from qdit4sr_gui.widgets.file_drops import FileDrops
from qdit4sr_gui.widgets.ranking_bar import RankingBar
from qdit4sr_gui.widgets.sentence_bar import SentenceBar
from qdit4sr_gui.work.inference import ModelLoader, load_chosen
from qdit4sr_gui.work.tasks import TaskRunner

from .controller_set import ControllerSet
from .docks import RoomForPanes, arrange, draw_icons, make_docks, make_toolbar
from .first_run_hint import FirstRunHint
from .guide_display import GuideDisplay
from .large_photos import LargePhotos
from .left_behind_bar import LeftBehindBar
from .menus import fill_menus, fill_recent, popup_pane_menu
from .panel_set import PanelSet
from .photo_display import PhotoDisplay
from .questions import Questions
from .run_display import RunDisplay
from .screen_fit import fit_to_screen
from .session_life import SessionLife
from .settings import SettingsStore
from .shell import WindowShell
from .status_display import StatusDisplay

QUEUE_COMMANDS = (
    FileCommand.OPEN_TRUTH,
    FileCommand.PAIR_TRUTH,
    FileCommand.REMOVE_PHOTO,
    FileCommand.REMOVE_ALL,
    RunCommand.RERUN,
)


class MainWindow(QMainWindow):
    """Q-DiT4SR Studio's window."""

    def __init__(self, load_model: ModelLoader = load_chosen, store: SettingsStore | None = None) -> None:
        super().__init__()
        EventsFirst(self, self._take_event)
        self.setWindowTitle(PROGRAM)
        self.resize(1440, 900)
        self._closing = self._close_later = False
        self.work_ended = True
        self.store = store if store is not None else SettingsStore()
        self.preferences = CurrentPreferences(self.store.preferences())
        self._make_panels()
        self._make_controllers(load_model)
        self._lay_out()
        self._make_commands()
        self.photo_display = PhotoDisplay(self.studio, self.panels, self)
        self.run_display = RunDisplay(self.studio, self.panels, self)
        StatusDisplay(self.studio, self.status_panel, self.action_set, self.run_display, self)
        guide = GuideDisplay(self.studio, self.place_bar, self.ranking_bar, self._refresh_panes, self)
        guide.warned.connect(self.hint.stand_aside)
        self._connect()
        self._first_layout = self.saveState()
        stored = self.store.layout()
        if stored is not None:
            self.restoreGeometry(stored[0])
            self.restoreState(stored[1])
        fit_to_screen(self)
        if stored is None:
            arrange(self, self.docks)  # for the size that the screen has left
        self.variants_panel.set_own_presets(self.store.presets())
        remembered = self.store.variants()
        if remembered:
            listed = self.store.listed_variants()
            self.variants_panel.show_list(tuple((spec, "", spec in remembered) for spec in listed))
        self.photo_display.refresh()
        self.measure.refresh()
        self.action_set.refresh()
        QTimer.singleShot(0, self._start)

    def _make_panels(self) -> None:
        self.view = ComparisonView()
        self.regions = self.view.state.regions
        self.panels = panels = PanelSet.make(self.regions)
        self.queue_panel, self.variants_panel = panels.queue, panels.variants
        self.measurements_panel, self.summary_panel = panels.measurements, panels.summary
        self.plots_panel, self.inspector_panel = panels.plots, panels.inspector
        self.status_panel = panels.status
        self.place_bar = SentenceBar()
        self.ranking_bar = RankingBar()

    def _make_controllers(self, load_model: ModelLoader) -> None:
        budget = self.preferences.value.memory_limit_mb * 10**6 // 4  # pyramids take the rest
        self.workspace = Workspace(store=ResultStore(budget))
        self.hint = FirstRunHint(self.workspace, due=not self.preferences.value.hint_seen, parent=self)
        self.left_behind_bar = LeftBehindBar(self.workspace, self)
        self.tasks = TaskRunner(self)
        self.downloads = TaskRunner(self)
        self.ask = Questions(self, self.store, self.status_panel.showMessage, self.status_panel.offer)
        self.controllers = made = ControllerSet.make(
            self.workspace, self.view, self.preferences, self.tasks, self.ask, load_model, self
        )
        self.photos, self.runs, self.measure = made.photos, made.runs, made.measure
        self.reveal, self.blind, self.summary = made.reveal, made.blind, made.summary
        self.exports, self.sessions = made.exports, made.sessions

    def _lay_out(self) -> None:
        centre = QWidget()
        layout = QVBoxLayout(centre)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.left_behind_bar)
        layout.addWidget(self.hint)
        layout.addWidget(self.place_bar)
        layout.addWidget(self.ranking_bar)
        layout.addWidget(self.view, 1)
        self.setCentralWidget(centre)
        self.setStatusBar(self.status_panel)
        self.setDockNestingEnabled(True)
        self.docks = make_docks(self, self.panels)
        RoomForPanes(self, self.docks)

    def _make_commands(self) -> None:
        shell = WindowShell(
            self,
            self.preferences,
            self.exports,
            self.ask,
            self.tasks,
            self.downloads,
            self._restore_first_layout,
            self.variants_panel,
        )
        self.studio = Studio(
            self.workspace,
            self.photos,
            self.runs,
            self.regions,
            self.view,
            self.measure,
            self.reveal,
            self.blind,
            self.exports,
            self.controllers.sharing,
            self.sessions,
            self.preferences,
            self.ask,
            shell,
        )
        shell.large = LargePhotos(self.workspace, self.photos, self.runs, self.ask, self)
        self.life = shell.life = SessionLife(
            self.workspace, self.view, self.runs, self.exports, self.store, self
        )
        self.action_set = shell.actions = ActionSet(Registry(commands_in(command_files)), self.studio, self)
        self.recent_menu, self.sessions_menu = fill_menus(
            self.menuBar(), self.action_set, self.docks.values()
        )
        self.toolbar = make_toolbar(self, self.action_set)
        self.queue_panel.add_context_actions([self.action_set[id] for id in QUEUE_COMMANDS])

    def _connect(self) -> None:
        FileDrops(self).dropped.connect(self.photos.offer)
        self.photos.failed.connect(self.ask.fail)
        self.workspace.trouble.connect(self.ask.fail, max_args=1)
        self.photos.opened.connect(self._remember)
        self.photos.reading.connect(self._say_opening)
        self.exports.sessionOpening.connect(self._say_opening)
        self.tasks.idle.connect(self.view.invite_files)
        self.tasks.written.connect(self._all_written)
        self.photos.sessionOffered.connect(self.exports.ask_then_open)
        self.photos.modelOffered.connect(self.studio.shell.edit_preferences)
        self.recent_menu.aboutToShow.connect(self._fill_recent_menu)
        self.sessions_menu.aboutToShow.connect(self._fill_sessions_menu)
        self.life.closeWanted.connect(self.close)
        self.queue_panel.photoSelected.connect(self.photos.select)
        self.queue_panel.filesDropped.connect(self.photos.offer)
        self.queue_panel.referenceDropped.connect(self.photos.drop_on_photo)
        self.queue_panel.truthWanted.connect(self.action_set[FileCommand.OPEN_TRUTH].trigger)
        self.queue_panel.truthGiven.connect(self.photos.set_reference)
        self.queue_panel.photosRemoved.connect(self.photos.remove)
        self.variants_panel.specsChanged.connect(self.workspace.tick)
        self.variants_panel.specsChanged.connect(self._remember_variants)
        self.variants_panel.gridWanted.connect(self.studio.shell.choose_methods)
        self.variants_panel.presetWanted.connect(self.studio.shell.keep_preset)
        self.variants_panel.presetsChanged.connect(self.store.save_presets)
        self.variants_panel.removed.connect(self._variant_removed)
        self.variants_panel.edited.connect(self._variants_edited)
        self.variants_panel.noted.connect(self.ask.say)
        self.workspace.variant_offered.connect(self.variants_panel.add_spec)
        self.preferences.changed.connect(self._use_preferences)
        self.view.filesDroppedOn.connect(self._dropped_on_pane)
        self.view.menuRequested.connect(self._pane_menu)
        self._connect_commands()
        self.measure.failed.connect(self.ask.fail)
        self.summary.failed.connect(self.ask.fail)
        self.summary.changed.connect(self.summary_panel.show_summary)
        self.summary_panel.wanted.connect(self.summary.set_wanted)
        self.summary_panel.variantChosen.connect(self.view.select)
        self.measure.tableChanged.connect(self.measurements_panel.show_table)
        self.measurements_panel.referenceChosen.connect(self.measure.set_reference)
        self.hint.dismissed.connect(self._hint_seen)
        self.hint.runWanted.connect(self.runs.run_current)
        self.left_behind_bar.reopenWanted.connect(self.life.reopen_last)
        self.left_behind_bar.refused.connect(self.life.leave_behind)
        self.runs.failed.connect(self.ask.fail)
        self.runs.noted.connect(self.ask.say)
        self.runs.started.connect(self._run_started)
        self.runs.warmedUp.connect(self._warmed_up)
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._follow_system_theme)

    def _connect_commands(self) -> None:
        """What can be done, and what is ticked, changes with all of these."""
        workspace, view = self.workspace, self.view
        for event in (
            workspace.photos_changed,
            workspace.current_changed,
            workspace.variants_changed,
            workspace.results_changed,
            workspace.shown_changed,
            workspace.replaced,
            self.preferences.changed,
            self.regions.changed,
        ):
            event.connect(self.action_set.refresh, max_args=0)
        for signal in (
            view.modeChanged,
            view.toolChanged,
            view.selectionChanged,
            view.state.stepChanged,
            self.runs.stateChanged,
            self.ask.fileSaved,
        ):
            signal.connect(self.action_set.refresh)

    # Reports

    @Slot()
    def _run_started(self) -> None:
        self.left_behind_bar.hide()
        self.hint.leave()  # said what it had to say; comes back at the next start until dismissed
        self.photos.keep_welcome()
        self.view.setFocus()  # keys such as Space go to the panes

    def _refresh_panes(self) -> None:
        self.photo_display.show_images()
        self.action_set.refresh()

    @Slot(tuple)
    def _remember_variants(self, specs: tuple[str, ...]) -> None:
        self.store.save_variants(specs, self.variants_panel.listed_specs())

    @Slot(tuple)
    def _variants_edited(self, before: tuple[tuple[str, str, bool], ...]) -> None:
        show = self.variants_panel.show_list
        again = partial(show, self.variants_panel.listed())
        back, out = tr("The variants from before are back."), tr("The variants are changed again.")
        self.workspace.removals.add(Removal(partial(show, before), again, back, out))
        self.action_set.refresh()

    @Slot(str, int, bool)
    def _variant_removed(self, spec: str, row: int, ticked: bool) -> None:
        name = self.workspace.label(spec)
        panel = self.variants_panel
        gone = f"{tr('{name} removed.', name=tr(name))} {tr('Undo brings it back.')}"
        self.workspace.removals.add(
            Removal(
                partial(panel.put_back, spec, row, ticked, name),
                partial(panel.take_out, spec),
                tr("{name} is back.", name=tr(name)),
                gone,
            )
        )
        self.action_set.refresh()
        self.ask.say(gone)

    @Slot(object)
    def _warmed_up(self, report: WarmedUp) -> None:
        self.summary.weights = 0 if report.shape is None else report.shape.weights
        self.summary.refresh()

    @Slot(object)
    def _remember(self, path: Any) -> None:
        if isinstance(path, Path):
            self.store.remember_file(path)

    @Slot(object)
    def _say_opening(self, path: Path) -> None:
        self.view.set_empty_text(tr("Opening {name} …", name=readable(path.name)))

    @Slot(str, list)
    def _dropped_on_pane(self, key: str, paths: list[Path]) -> None:
        if key == TRUTH_KEY and len(paths) == 1:
            self.photos.set_reference(self.workspace.current, Path(paths[0]))
        else:
            self.photos.offer(paths)

    @Slot(str, QPoint)
    def _pane_menu(self, key: str, place: QPoint) -> None:
        self.view.select(key)
        popup_pane_menu(self.view, self.action_set, key, place, self)

    @Slot()
    def _hint_seen(self) -> None:
        self.hint.leave()
        self.preferences.change(hint_seen=True)

    @Slot()
    def _fill_recent_menu(self) -> None:
        fill_recent(self.recent_menu, self.store.recent_files(), lambda path: self.photos.offer([path]))

    @Slot()
    def _fill_sessions_menu(self) -> None:
        fill_recent(self.sessions_menu, self.store.recent_sessions(), self.exports.ask_then_open)

    # Preferences

    def _use_preferences(self, preferences: Preferences, old: Preferences) -> None:
        self.store.save_preferences(self.preferences.stored)
        self.runs.set_preferences(preferences)
        self.reveal.automatic = preferences.reveal_after_run
        if preferences.metrics != old.metrics:
            self.measure.set_metrics(preferences.metrics)
        if preferences.theme != old.theme:
            self._apply_theme()
        if preferences.model_choice() != old.model_choice():
            self.inspector_panel.forget()
            self.runs.warm_up()

    @Slot()
    def _follow_system_theme(self) -> None:
        if self.preferences.value.theme == "system" and not self._closing:
            self._apply_theme()

    def _apply_theme(self) -> None:
        application = QApplication.instance()
        if isinstance(application, QApplication):
            apply_theme(application, self.preferences.value.theme)
            draw_icons(self.toolbar, self.action_set)

    # Life

    def _take_event(self, event: QEvent) -> bool:
        """Tips of commands go where no text lies: Qt would draw them over the status bar's own."""
        if isinstance(event, QStatusTipEvent):
            self.status_panel.show_tip(event.tip())
            return True
        return False

    @Slot()
    def _start(self) -> None:
        if self._closing:
            return
        if not self.workspace.photos and not self.photos.opening:
            self.photos.welcome()
        if self.life.left_behind:
            self.hint.leave()
            self.left_behind_bar.show()
        self.runs.warm_up()

    def _restore_first_layout(self) -> None:
        self.restoreState(self._first_layout)
        arrange(self, self.docks)

    def interrupt(self) -> None:
        """Close the window, after a question when results would be lost; a second call does not ask."""
        self.close()

    def close_at_once(self) -> None:
        """Close without a question."""
        self._closing = True
        self.close()

    def _may_close(self) -> bool:
        """Wait for what is being written, unless closing is wished again; ask if results would be lost."""
        if self.tasks.writing and not self._close_later:
            self._close_later = True
            self.ask.say(tr("The window closes when all is written."))
            return False
        return self.life.may_close()

    @Slot(bool)
    def _all_written(self, well: bool) -> None:
        later, self._close_later = self._close_later, False
        if later and well:
            self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask if results would be lost; stop the work, remember the layout."""
        if not self._closing and not self._may_close():
            event.ignore()
            return
        self._closing = self.ask.closed = True
        self.store.save_layout(self.saveGeometry(), self.saveState())
        self.hide()  # what runs may take a while to stop
        self.plots_panel.close_tasks()
        self.tasks.close()
        self.life.close()
        self.store.flush()
        self.downloads.close()
        self.work_ended = self.controllers.close()
        self.workspace.close()
        super().closeEvent(event)
