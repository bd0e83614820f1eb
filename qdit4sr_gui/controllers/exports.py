"""Writes figures, tables, results, views and sessions: asks for the file, works off the window's thread."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication

from qdit4sr_core.errors import OutputError, unwritable
from qdit4sr_core.figures import FigureOptions
from qdit4sr_core.figures.layout import layout_of
from qdit4sr_core.file_names import SESSION_SUFFIX, readable, unique_stems
from qdit4sr_core.images import save_picture, save_png
from qdit4sr_core.progress import CancelCheck, never_cancelled
from qdit4sr_core.session import Session, load_session, save_session, session_figure, usable_sampling
from qdit4sr_core.whole_file import is_same_file, write_text
from qdit4sr_gui.state.table_export import WRITERS, as_markdown
from qdit4sr_gui.state.workspace import Photo, ResultKey, Workspace
from qdit4sr_gui.style.translation import tr
from qdit4sr_gui.views.comparison_view import ComparisonView
from qdit4sr_gui.work.failure import sentence_of
from qdit4sr_gui.work.tasks import TaskRunner, telling

from . import file_kinds
from .ask import Ask
from .delivery import Delivery
from .measurements import MeasurementController
from .offered_names import name_of_photo, photo_stem, stem_of_pane
from .photos import pixels_of
from .session_document import WindowState, session_of
from .sessions import SessionKeeper


@dataclass(eq=False)
class _OpenSession:
    """The session that is open."""

    file: Path | None = None
    """None for one that has no file of the user's."""
    content: Hashable = None
    """Photos and regions that were saved or opened; None for those of no file."""
    results: Mapping[ResultKey, int] = field(default_factory=dict)
    """Versions of the results that the file holds."""
    photos: frozenset[str] = frozenset()
    """Keys of the photos that it had when it was left."""


_ReadSession = tuple[Session, list[str]]
"""A session, and the names of sampling settings that this program does not know."""


class Exports(QObject):
    """The window's way out."""

    sessionFiled = Signal(object)
    """A session was saved to, or opened from, this path."""
    sessionOpening = Signal(object)
    """A session is read from this path."""

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
        self._delivery = Delivery(workspace, tasks, ask)
        self.figure_options = FigureOptions()
        self._saved: dict[ResultKey, int] = {}
        """Versions of the results that a session was saved with."""
        self._open, self._left = _OpenSession(), _OpenSession()
        self._autosave_failure = ""
        self.never_into: Callable[[Path], bool] = lambda _path: False
        """Whether a file is one that windows save by themselves."""
        workspace.photos_changed.connect(self._follow_photos)

    # Figures

    def figure_panels(self) -> tuple[str, ...]:
        """The labels of the panels that a figure of the photo shown can have."""
        photo = self._workspace.photo()
        if photo is None:
            return ()
        done = [spec for spec in self._workspace.specs if self._has_result(photo, spec)]
        truth = () if photo.reference is None else ("Ground truth",)
        return ("LR photo", *truth, *(self._workspace.label(spec) for spec in done))

    def figure_photos(self) -> tuple[str, ...]:
        """The names of the photos that have results."""
        specs = self._workspace.specs
        return tuple(
            photo.name
            for photo in self._workspace.photos
            if any(self._has_result(photo, spec) for spec in specs)
        )

    def _has_result(self, photo: Photo, spec: str) -> bool:
        result = self._workspace.result(photo, spec)
        return result is not None and result.error is None

    def draw_figure(self, options: FigureOptions, done: Callable[[Any], None], failed: Any) -> None:
        """Render a small preview of the figure of the current photo: `done((uint8 pixels, note))`."""
        session = self.session_maker(current_only=not layout_of(options.layout).shows_photos)

        def work(cancelled: CancelCheck) -> Any:
            figure = session_figure(session(), options=options, cancelled=cancelled)
            return figure.render(), figure.note

        self._tasks.submit(work, done, failed, kind="figure preview")

    def forget_previews(self) -> None:
        """Drop a preview that is still being drawn."""
        self._tasks.drop("figure preview")

    def save_figure(self, path: Path, options: FigureOptions) -> None:
        """Write the figure; the ending says PNG, PDF or SVG."""
        self.figure_options = options
        session = self.session_maker(current_only=not layout_of(options.layout).shows_photos)

        def work(cancelled: CancelCheck) -> Path:
            return session_figure(session(), options=options, cancelled=cancelled).save(path)

        self._delivery.start(work, path, tr("The figure is in {path}.", path=path))

    def ask_figure_path(self, options: FigureOptions) -> Path | None:
        """A file for the figure, None when the user gave up."""
        of_many = layout_of(options.layout).shows_photos
        name = "comparison.png" if of_many else name_of_photo(self._workspace, "comparison", suffix=".png")
        return self._ask.save_file(tr("Export figure"), name, file_kinds.FIGURES)

    # Tables

    def export_table(self) -> None:
        """Ask for a file and write the measurement table."""
        name = name_of_photo(self._workspace, "measurements", suffix=".csv")
        path = self._ask.save_file(tr("Export table"), name, file_kinds.TABLES)
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
        self._delivery.start(
            lambda _cancelled: write_text(path, text), path, tr("The table is in {path}.", path=path)
        )

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
        name = name_of_photo(self._workspace, stem_of_pane(self._view.selected), suffix=".png")
        path = self._ask.save_file(tr("Save result"), name, file_kinds.PICTURES)
        if path is not None:
            self._save_picture(result, path, tr("The result is in {path}.", path=path))

    def export_all_results(self) -> None:
        """Ask for a folder and write every result of the current photo."""
        folder = self._ask.folder_for(tr("Folder for the results"))
        if folder is not None:
            self.save_results(folder)

    def save_results(self, folder: Path) -> None:
        """Write every finished result of the current photo as PNG."""
        stem = photo_stem(self._workspace)
        shown = [(image.key, image.pixels) for image in self._view.images if image.pixels is not None]
        names = unique_stems(f"{stem}-{stem_of_pane(key)}" for key, _ in shown)
        pictures = [(folder / f"{name}.png", pixels) for name, (_, pixels) in zip(names, shown, strict=True)]

        def work(_cancelled: CancelCheck) -> None:
            for path, pixels in pictures:
                save_png(pixels, path)

        text = tr("The results are in {path}.", path=folder)
        self._delivery.start(work, folder, text, [path for path, _ in pictures])

    def export_view(self) -> None:
        """Ask for a file and write the panes as shown."""
        name = name_of_photo(self._workspace, "view", suffix=".png")
        path = self._ask.save_file(tr("Save view"), name, "PNG (*.png)")
        if path is not None:
            self.save_view(path)

    def save_view(self, path: Path) -> None:
        """Write the panes as shown."""
        image = self._view.grab_view()
        self._save_picture(pixels_of(image), path, tr("The view is in {path}.", path=path))

    def _save_picture(self, pixels: Any, path: Path, sentence: str) -> None:
        self._delivery.start(lambda _cancelled: save_picture(pixels, path), path, sentence)

    # Sessions

    @property
    def session_file(self) -> Path | None:
        """Where the session is that is open; None for one that has no file of the user's."""
        return self._open.file

    def save(self, then: Callable[[], None] | None = None) -> None:
        """Save everything to the session's file, or ask for one; `then` is called once it is safe."""
        if self.session_file is not None:
            self.save_session(self.session_file, then)
        else:
            self.ask_save_session(then)

    @property
    def save_words(self) -> str:
        """What `save` is called in an answer: with dots where it asks for a file."""
        return tr("Save session…") if self.session_file is None else tr("Save session")

    def _follow_photos(self) -> None:
        """Without photos another session begins, unless the next ones are those of before again."""
        keys = frozenset(photo.key for photo in self._workspace.photos)
        if keys & self._left.photos and self._open.file is None:
            self._open = self._left
        if keys:
            self._left = _OpenSession()
            self._open.photos |= keys
        elif self._open.photos:
            self._left, self._open = self._open, _OpenSession()

    def ask_save_session(self, then: Callable[[], None] | None = None) -> None:
        """Ask for a file and save everything there; `then` is called once it is safe."""
        name = name_of_photo(self._workspace, suffix=SESSION_SUFFIX)
        name = name if self.session_file is None else str(self.session_file)
        path = self._ask.save_file(tr("Save session"), name, _session_filter())
        if path is not None:
            named = path.suffix == SESSION_SUFFIX
            self.save_session(path if named else path.with_name(path.name + SESSION_SUFFIX), then)

    def autosave(self, path: Path) -> None:
        """Save everything without a word; the work still counts as unsaved. A failure is told once."""
        session = self.session_maker(ticked_only=False)

        def work(cancelled: CancelCheck) -> Path:
            return _save_with_folder(session(), path, cancelled)

        def saved(path: Path) -> None:
            self._autosave_failure = ""
            self.sessionFiled.emit(path)

        def failed(error: Exception, details: str) -> None:
            sentence = sentence_of(error)
            if sentence != self._autosave_failure:
                self._autosave_failure = sentence
                self._ask.fail(sentence, details)

        self._tasks.submit(work, saved, failed, kind="autosave")

    def save_at_close(self, path: Path) -> None:
        """Save everything before this returns; for when no task runs any more.

        Raises `OutputError` or `SessionError`; an older file is left then.
        """
        _save_with_folder(self.session_maker(ticked_only=False)(), path)

    def save_session(self, path: Path, then: Callable[[], None] | None = None) -> None:
        """Save photos, results, regions and view as one file; ask if it would lose results that it has."""
        lost = len(self._lost_by(path))
        if lost:
            question = tr(
                "Saved now, {name} loses results that it holds ({count}): they are of other settings or "
                "weights, or are to be made anew.",
                name=readable(path.name),
                count=lost,
            )
            answer = self._ask.choose(question, (tr("Save session as…"), tr("Save without them")))
            if answer == 0:
                self.ask_save_session(then)
            if answer != 1:
                return
        session, content = self.session_maker(ticked_only=False), self._sessions.content()
        results, begun = self._workspace.valid(), self._open
        refuse = self._delivery.guard([path])

        def work(cancelled: CancelCheck) -> dict[ResultKey, int]:
            refuse()
            made = session()
            save_session(made, path, cancelled=cancelled)
            written = {(photo.image.sha256, one.variant) for photo in made.photos for one in photo.results}
            return {key: version for key, version in results.items() if (key.image, key.spec) in written}

        def saved(written: dict[ResultKey, int]) -> None:
            self._saved |= written
            begun.content, begun.results = content, written
            begun.file = self._own(path)
            self._ask.saved(tr("The session is in {path}.", path=path), path)
            self.sessionFiled.emit(path)
            if then is not None:
                then()

        self._tasks.submit(work, saved, telling(self._ask.fail), writes=True)

    def _lost_by(self, path: Path) -> set[ResultKey]:
        """Results of the photos that the session's file has and would not have any more."""
        if not self._is_open(path):
            return set()
        images = {photo.image.sha256 for photo in self._workspace.photos}
        return {key for key in self._open.results if key.image in images} - set(self._workspace.valid())

    @property
    def unsaved_results(self) -> bool:
        """Are there results of the photos that no session was saved with?"""
        return not self._saved.items() >= self._workspace.made().items()

    @property
    def unsaved_work(self) -> bool:
        """Are there such results, or other things shown than in the session file that is open?"""
        return bool(self._workspace.photos) and (self.unsaved_results or self._changed)

    @property
    def _changed(self) -> bool:
        """Is anything shown that the session that is open was not saved with?"""
        opened = self._open
        if opened.file is not None and not opened.results.items() >= self._workspace.valid().items():
            return True
        return opened.content is not None and opened.content != self._sessions.content()

    def ask_to_lose(self, without: str, save: str = "") -> int | None:
        """Before unsaved work is lost: 0 to save it first, 1 for `without`, None to stay."""
        if self._changed or not self._saved.items() >= self._workspace.valid().items():
            sentence = tr("Some of this work is in no session file yet.")
            return self._ask.choose(sentence, (save or self.save_words, without))
        sentence = tr(
            "Results of other settings or weights than those in use are in no session file. To save them, "
            "choose those settings again."
        )
        return None if self._ask.choose(sentence, (without,)) is None else 1

    def ask_open_session(self) -> None:
        """Ask for a session and open it."""
        path = self._ask.open_file(tr("Open session"), _session_filter())
        if path is not None:
            self.ask_then_open(path)

    def ask_then_open(self, path: Path, filed: bool = True) -> None:
        """Open a session; once it is read, ask if work would be lost: save that first, lose it, or stay."""
        self._read(path, partial(self._ask_then_show, path, filed))

    def open_session(self, path: Path, filed: bool = True) -> None:
        """Replace what is shown by a saved session; without `filed` its work counts as unsaved."""
        self._read(path, partial(self._show, path, filed))

    def _read(self, path: Path, then: Callable[[_ReadSession], None]) -> None:
        """Read a session in the background; `then` is called with it unless it cannot be read."""

        def work(_cancelled: CancelCheck) -> _ReadSession:
            session = load_session(path)
            for photo in session.photos:  # decode here, not in the window's thread
                for image in (photo.image, *([photo.truth] if photo.truth else [])):
                    _ = image.pixels
                for result in photo.results:
                    _ = result.image.pixels if result.image else None
            sampling, others = usable_sampling(session.sampling)
            return replace(session, sampling=sampling), others

        self.sessionOpening.emit(path)
        self._tasks.submit(work, then, telling(self._ask.fail))

    def _ask_then_show(self, path: Path, filed: bool, read: _ReadSession) -> None:
        answer: int | None = 1
        if self.unsaved_work:
            again = self._is_open(path)  # saved there, the file would not be what is shown
            answer = self.ask_to_lose(tr("Open without saving"), tr("Save session…") if again else "")
            if answer == 0:
                save = self.ask_save_session if again else self.save
                save(partial(self.open_session, path, filed))  # the file may be another one by then
        if answer == 1:
            self._show(path, filed, read)

    def _show(self, path: Path, filed: bool, read: _ReadSession) -> None:
        whole = self._sessions.show(*read)
        if whole is None:
            return
        self._saved = self._workspace.made() if filed else {}
        self._left = _OpenSession()
        self._open = _OpenSession(photos=frozenset(photo.key for photo in self._workspace.photos))
        if filed:
            self._open.content = self._sessions.content()
        if filed and whole:  # what could not be shown would be lost with the file
            self._open.file, self._open.results = self._own(path), self._workspace.valid()
        self.sessionFiled.emit(path)

    def _is_open(self, path: Path) -> bool:
        file = self.session_file
        return file is not None and is_same_file(path, file)

    def _own(self, path: Path) -> Path | None:
        """A file of the user's, None for one that windows save by themselves."""
        return None if self.never_into(path) else path

    # Parts

    def session_maker(self, current_only: bool = False, ticked_only: bool = True) -> Callable[[], Session]:
        """A function that makes the session of this moment; to be called in the background."""
        workspace = self._workspace.frozen()
        state: WindowState = self._sessions.state()
        return lambda: session_of(workspace, state, current_only, ticked_only)


def _save_with_folder(session: Session, path: Path, cancelled: CancelCheck = never_cancelled) -> Path:
    """Save where the user chose no place: a home that cannot be written to is told as that of the session."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(unwritable(f"The session {path}", error)) from error
    return save_session(session, path, cancelled=cancelled)


def _session_filter() -> str:
    """Of file dialogs."""
    return f"{tr('Session')} (*{SESSION_SUFFIX})"
