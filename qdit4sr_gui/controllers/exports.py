"""Writes figures, tables, results, views and sessions: asks for the file, works off the window's thread."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from qdit4sr_core.errors import QDiT4SRError
from qdit4sr_core.figures import FigureOptions
from qdit4sr_core.images import save_png
from qdit4sr_core.progress import CancelCheck
from qdit4sr_core.session import SUFFIX, Session, load_session, save_session, session_figure
from qdit4sr_core.whole_file import write_text
from qdit4sr_gui.state.table_export import WRITERS, as_markdown
from qdit4sr_gui.state.workspace import Workspace
from qdit4sr_gui.style.translation import tr
from qdit4sr_gui.views.comparison_view import ComparisonView
from qdit4sr_gui.work.tasks import TaskRunner

from .ask import Ask
from .measurements import MeasurementController
from .photos import pixels_of
from .session_document import WindowState, session_of
from .sessions import SessionKeeper


class Exports(QObject):
    """The window's way out."""

    def __init__(
        self,
        workspace: Workspace,
        view: ComparisonView,
        measure: MeasurementController,
        sessions: SessionKeeper,
        tasks: TaskRunner,
        ask: Ask,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._workspace, self._view, self._measure = workspace, view, measure
        self._sessions, self._tasks, self._ask = sessions, tasks, ask
        self.figure_options = FigureOptions()

    # Figures

    def draw_figure(self, options: FigureOptions, done: Callable[[Any], None], failed: Any) -> None:
        """Render a small preview of the figure of the current photo: `done(uint8 pixels)`."""
        session = self._session_maker()

        def work(cancelled: CancelCheck) -> Any:
            return session_figure(session(), options=options, cancelled=cancelled).render()

        self._tasks.submit(work, done, failed, kind="figure preview")

    def forget_previews(self) -> None:
        """Drop a preview that is still being drawn."""
        self._tasks.drop("figure preview")

    def save_figure(self, path: Path, options: FigureOptions) -> None:
        """Write the figure; the ending says PNG, PDF or SVG."""
        self.figure_options = options
        session = self._session_maker()

        def work(cancelled: CancelCheck) -> Path:
            return session_figure(session(), options=options, cancelled=cancelled).save(path)

        self._submit(work, tr("The figure is in {path}.", path=path))

    def ask_figure_path(self) -> Path | None:
        """A file for the figure, None when the user gave up."""
        filters = "PNG (*.png);;PDF (*.pdf);;SVG (*.svg)"
        return self._ask.save_file(tr("Export figure"), "comparison.png", filters)

    # Tables

    def export_table(self) -> None:
        """Ask for a file and write the measurement table."""
        filters = "CSV (*.csv);;Markdown (*.md);;LaTeX (*.tex);;JSON (*.json)"
        path = self._ask.save_file(tr("Export table"), f"{self._photo_stem()}-measurements.csv", filters)
        if path is not None:
            self.save_table(path)

    def save_table(self, path: Path) -> None:
        """Write the table; the ending says CSV, Markdown, LaTeX or JSON."""
        writer = WRITERS.get(path.suffix.lower())
        if writer is None:
            known = ", ".join(WRITERS)
            sentence = tr(
                "Tables cannot be written as {ending}; choose one of {known}.",
                ending=path.suffix,
                known=known,
            )
            self._ask.fail(sentence)
            return
        text = writer(self._measure.table)
        self._submit(lambda _cancelled: write_text(path, text), tr("The table is in {path}.", path=path))

    def copy_table(self) -> None:
        """The table as Markdown on the clipboard."""
        QApplication.clipboard().setText(as_markdown(self._measure.table))
        self._ask.say(tr("The table is on the clipboard."))

    # Pictures

    def export_result(self) -> None:
        """Ask for a file and write the selected result."""
        result = self._view.selected_pixels()
        if result is None:
            return
        stem = f"{self._photo_stem()}-{self._view.selected.replace(':', '-')}"
        path = self._ask.save_file(tr("Save result"), f"{stem}.png", "PNG (*.png)")
        if path is not None:
            self._submit(lambda _cancelled: save_png(result, path), tr("The result is in {path}.", path=path))

    def export_all_results(self) -> None:
        """Ask for a folder and write every result of the current photo."""
        folder = self._ask.folder(tr("Folder for the results"))
        if folder is not None:
            self.save_results(folder)

    def save_results(self, folder: Path) -> None:
        """Write every finished result of the current photo as PNG."""
        stem = self._photo_stem()
        pictures = [(image.key, image.pixels) for image in self._view.images if image.pixels is not None]

        def work(_cancelled: CancelCheck) -> None:
            for key, pixels in pictures:
                save_png(pixels, folder / f"{stem}-{key.replace(':', '-').replace('/', '_')}.png")

        self._submit(work, tr("The results are in {path}.", path=folder))

    def export_view(self) -> None:
        """Ask for a file and write the panes as shown."""
        path = self._ask.save_file(tr("Save view"), f"{self._photo_stem()}-view.png", "PNG (*.png)")
        if path is not None:
            self.save_view(path)

    def save_view(self, path: Path) -> None:
        """Write the panes as shown."""
        image = self._view.grab_view()
        self._submit(
            lambda _cancelled: save_png(pixels_of(image), path), tr("The view is in {path}.", path=path)
        )

    # Sessions

    def ask_save_session(self) -> None:
        """Ask for a file and save everything."""
        path = self._ask.save_file(
            tr("Save session"), f"{self._photo_stem()}{SUFFIX}", f"Session (*{SUFFIX})"
        )
        if path is not None:
            self.save_session(path if path.suffix == SUFFIX else path.with_name(path.name + SUFFIX))

    def save_session(self, path: Path) -> None:
        """Save photos, results, regions and view as one file."""
        session = self._session_maker()
        self._submit(
            lambda cancelled: save_session(session(), path, cancelled=cancelled),
            tr("The session is in {path}.", path=path),
        )

    def ask_open_session(self) -> None:
        """Ask for a session and open it."""
        path = self._ask.open_file(tr("Open session"), f"Session (*{SUFFIX})")
        if path is not None:
            self.open_session(path)

    def open_session(self, path: Path) -> None:
        """Replace what is shown by a saved session."""

        def work(_cancelled: CancelCheck) -> Session:
            session = load_session(path)
            for photo in session.photos:  # decode here, not in the window's thread
                for image in (photo.image, *([photo.truth] if photo.truth else [])):
                    _ = image.pixels
                for result in photo.results:
                    _ = result.image.pixels if result.image else None
            return session

        self._tasks.submit(work, self._sessions.show, self._fail)

    # Parts

    def _session_maker(self) -> Callable[[], Session]:
        """A function that makes the session of this moment; to be called in the background."""
        import copy

        workspace = copy.copy(self._workspace)
        workspace.photos = list(workspace.photos)
        state: WindowState = self._sessions.state()
        return lambda: session_of(workspace, state)

    def _photo_stem(self) -> str:
        photo = self._workspace.photo()
        return Path(photo.name).stem if photo is not None else "qdit4sr"

    def _submit(self, work: Callable[[CancelCheck], Any], sentence: str) -> None:
        self._tasks.submit(work, lambda _: self._ask.say(sentence), self._fail)

    def _fail(self, error: Exception, details: str) -> None:
        self._ask.fail(str(error), "" if isinstance(error, QDiT4SRError) else details)
