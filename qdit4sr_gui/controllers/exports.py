"""Writes figures, tables, results, views and sessions: asks for the file, works off the window's thread."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication, QFileDialog

from qdit4sr_core.errors import QDiT4SRError
from qdit4sr_core.figures import FigureOptions
from qdit4sr_core.images import save_png
from qdit4sr_core.progress import CancelCheck
from qdit4sr_core.session import SUFFIX, Session, load_session, save_session, session_figure
from qdit4sr_core.whole_file import write_text
from qdit4sr_gui.state.table_export import WRITERS, as_markdown
from qdit4sr_gui.style.translation import tr

from .photos import pixels_of
from .session_document import WindowState, session_of

if TYPE_CHECKING:
    from qdit4sr_gui.window.main_window import MainWindow


def with_ending(path: Path, offered: str, kind: str, filters: str) -> Path:
    """The file's path with the ending of the chosen kind ("PDF (*.pdf)"), unless another one was typed.

    An offered name that was left as it was follows the kind; a name without a known ending gets it.
    """
    ending = kind.partition("(*")[2].rstrip(")")
    known = path.suffix.lower() and f"(*{path.suffix.lower()})" in filters
    if not ending or (known and path.name != offered):
        return path
    return path.with_suffix(ending) if known else path.with_name(path.name + ending)


class Exporter(QObject):
    """The window's way out."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.figure_options = FigureOptions()

    # Figures

    def export_figure(self) -> None:
        """Choose how the figure looks, then where it goes."""
        from qdit4sr_gui.dialogs.figure import FigureDialog

        FigureDialog(self, self._window).open()

    def draw_figure(self, options: FigureOptions, done: Callable[[Any], None], failed: Any) -> None:
        """Render a small preview of the figure of the current photo: `done(uint8 pixels)`."""
        session = self._session_maker()

        def work(cancelled: CancelCheck) -> Any:
            return session_figure(session(), options=options, cancelled=cancelled).render()

        self._window.tasks.submit(work, done, failed, kind="figure preview")

    def forget_previews(self) -> None:
        """Drop a preview that is still being drawn."""
        self._window.tasks.drop("figure preview")

    def save_figure(self, path: Path, options: FigureOptions) -> None:
        """Write the figure; the ending says PNG, PDF or SVG."""
        self.figure_options = options
        session = self._session_maker()

        def work(cancelled: CancelCheck) -> Path:
            return session_figure(session(), options=options, cancelled=cancelled).save(path)

        self._submit(work, tr("The figure is in {path}.", path=path))

    def ask_path(self, title: str, name: str, filters: str) -> Path | None:
        """A file to write, None when the user gave up."""
        folder = Path(self._window.last_folder())
        chosen, kind = QFileDialog.getSaveFileName(self._window, title, str(folder / name), filters)
        return with_ending(Path(chosen), name, kind, filters) if chosen else None

    # Tables

    def export_table(self) -> None:
        """Ask for a file and write the measurement table."""
        filters = "CSV (*.csv);;Markdown (*.md);;LaTeX (*.tex);;JSON (*.json)"
        path = self.ask_path(tr("Export table"), f"{self._photo_stem()}-measurements.csv", filters)
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
            self._window.show_failure(sentence)
            return
        text = writer(self._window.measure.table)
        self._submit(lambda _cancelled: write_text(path, text), tr("The table is in {path}.", path=path))

    def copy_table(self) -> None:
        """The table as Markdown on the clipboard."""
        QApplication.clipboard().setText(as_markdown(self._window.measure.table))
        self._window.say_done("The table is on the clipboard.")

    # Pictures

    def export_result(self) -> None:
        """Ask for a file and write the selected result."""
        result = self._window.selected_result()
        if result is None:
            return
        stem = f"{self._photo_stem()}-{self._window.view.selected.replace(':', '-')}"
        path = self.ask_path(tr("Save result"), f"{stem}.png", "PNG (*.png)")
        if path is not None:
            self._submit(lambda _cancelled: save_png(result, path), tr("The result is in {path}.", path=path))

    def export_all_results(self) -> None:
        """Ask for a folder and write every result of the current photo."""
        name = QFileDialog.getExistingDirectory(
            self._window, tr("Folder for the results"), self._window.last_folder()
        )
        if name:
            self.save_results(Path(name))

    def save_results(self, folder: Path) -> None:
        """Write every finished result of the current photo as PNG."""
        stem = self._photo_stem()
        pictures = [
            (image.key, image.pixels) for image in self._window.view.images if image.pixels is not None
        ]

        def work(_cancelled: CancelCheck) -> None:
            for key, pixels in pictures:
                save_png(pixels, folder / f"{stem}-{key.replace(':', '-').replace('/', '_')}.png")

        self._submit(work, tr("The results are in {path}.", path=folder))

    def export_view(self) -> None:
        """Ask for a file and write the panes as shown."""
        path = self.ask_path(tr("Save view"), f"{self._photo_stem()}-view.png", "PNG (*.png)")
        if path is not None:
            self.save_view(path)

    def save_view(self, path: Path) -> None:
        """Write the panes as shown."""
        image = self._window.view.grab_view()
        self._submit(
            lambda _cancelled: save_png(pixels_of(image), path), tr("The view is in {path}.", path=path)
        )

    # Sessions

    def ask_save_session(self) -> None:
        """Ask for a file and save everything."""
        path = self.ask_path(tr("Save session"), f"{self._photo_stem()}{SUFFIX}", f"Session (*{SUFFIX})")
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
        name, _ = QFileDialog.getOpenFileName(
            self._window, tr("Open session"), self._window.last_folder(), f"Session (*{SUFFIX})"
        )
        if name:
            self.open_session(Path(name))

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

        self._window.tasks.submit(work, self._window.sessions.show, self._fail)

    # Parts

    def _session_maker(self) -> Callable[[], Session]:
        """A function that makes the session of this moment; to be called in the background."""
        import copy

        workspace = copy.copy(self._window.workspace)
        workspace.photos = list(workspace.photos)
        state: WindowState = self._window.sessions.state()
        return lambda: session_of(workspace, state)

    def _photo_stem(self) -> str:
        photo = self._window.workspace.photo()
        return Path(photo.name).stem if photo is not None else "qdit4sr"

    def _submit(self, work: Callable[[CancelCheck], Any], sentence: str) -> None:
        self._window.tasks.submit(work, lambda _: self._window.say_done(sentence), self._fail)

    def _fail(self, error: Exception, details: str) -> None:
        self._window.show_failure(str(error), "" if isinstance(error, QDiT4SRError) else details)
