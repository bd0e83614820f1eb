"""What goes to other people: the summary, a page to open in a browser, a blinking picture, all results."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from qdit4sr_core.errors import OutputError
from qdit4sr_core.file_names import unique_stems
from qdit4sr_core.images import PICTURE_KINDS, save_picture
from qdit4sr_core.progress import CancelCheck, stop_if
from qdit4sr_core.session import Session, session_panels
from qdit4sr_core.whole_file import write_text
from qdit4sr_gui.state.workspace import Workspace
from qdit4sr_gui.style.translation import tr
from qdit4sr_gui.views.comparison_view import ComparisonView
from qdit4sr_gui.work.tasks import TaskRunner

from . import file_kinds
from .ask import Ask
from .delivery import Delivery
from .offered_names import name_of_photo, stem_of_pane
from .session_document import plain
from .summary import SummaryController

if TYPE_CHECKING:
    from qdit4sr_core.report.share_page import SharedPhoto


class Sharing(QObject):
    """Asks for a file or folder, works off the window's thread, and says where the result is."""

    def __init__(
        self,
        workspace: Workspace,
        view: ComparisonView,
        summary: SummaryController,
        session: Callable[[], Callable[[], Session]],
        tasks: TaskRunner,
        ask: Ask,
        parent: QObject | None = None,
    ) -> None:
        """`session()` gives a function that makes the session of this moment in the background."""
        super().__init__(parent)
        self._workspace, self._view, self._summary = workspace, view, summary
        self._session, self._ask = session, ask
        self._delivery = Delivery(workspace, tasks, ask)

    # The summary

    def ask_summary(self) -> None:
        """Ask for a file and write the table of means over photos."""
        path = self._ask.save_file(tr("Export summary"), "summary.csv", file_kinds.TABLES)
        if path is not None:
            self.save_summary(path)

    def save_summary(self, path: Path) -> None:
        """Write the means over photos; the ending says CSV, Markdown, LaTeX or JSON."""
        evaluate = self._summary.whole()

        def work(cancelled: CancelCheck) -> Path:
            from qdit4sr_core.evaluate import summarize
            from qdit4sr_core.report import json_text, latex, markdown, means_csv

            evaluation = evaluate(cancelled)
            summary = summarize(evaluation)
            writers: dict[str, Callable[[], str]] = {
                ".csv": lambda: means_csv(summary),
                ".md": lambda: markdown(evaluation, summary, with_tests=False),
                ".tex": lambda: latex(evaluation, summary),
                ".json": lambda: json_text(evaluation, summary),
            }
            writer = writers.get(path.suffix.lower())
            if writer is None:
                raise OutputError(
                    f"Tables cannot be written as {path.suffix or 'a file without ending'}; choose one of "
                    f"{', '.join(writers)}."
                )
            return write_text(path, writer())

        self._delivery.start(work, path, tr("The summary is in {path}.", path=path))

    def ask_tradeoff(self) -> None:
        """Ask for a file and draw damage against size and time."""
        path = self._ask.save_file(tr("Export plot"), "tradeoff.png", file_kinds.FIGURES)
        if path is not None:
            self.save_tradeoff(path)

    def save_tradeoff(self, path: Path) -> None:
        """Draw damage against size and time over all photos."""
        evaluate = self._summary.whole()

        def work(cancelled: CancelCheck) -> Path:
            from qdit4sr_core.evaluate import summarize
            from qdit4sr_core.figures import pareto_plot

            return pareto_plot(summarize(evaluate(cancelled))).save(path)

        self._delivery.start(work, path, tr("The plot is in {path}.", path=path))

    # For people without the program

    def ask_page(self) -> None:
        """Ask for a file and write a page with every result."""
        path = self._ask.save_file(tr("Share as page"), "comparison.html", "HTML (*.html)")
        if path is not None:
            self.save_page(path)

    def save_page(self, path: Path) -> None:
        """One file with all photos and results, a wipe, keys and zoom; it needs no network."""
        make = self._session()

        def work(cancelled: CancelCheck) -> Path:
            from qdit4sr_core.report.share_page import write_share_page

            return write_share_page(path, _shared(make(), cancelled))

        self._delivery.start(work, path, tr("The page is in {path}.", path=path))

    def ask_animation(self) -> None:
        """Ask for a file and write the active region, blinking."""
        name = name_of_photo(self._workspace, "blink", suffix=".gif")
        path = self._ask.save_file(tr("Export blinking picture"), name, file_kinds.ANIMATIONS)
        if path is not None:
            self.save_animation(path)

    def save_animation(self, path: Path) -> None:
        """Every result of the active region (else the whole picture), one after the other in place."""
        make = self._session()
        active = self._view.state.regions.active_region
        region = None if active is None else plain(active)

        def work(cancelled: CancelCheck) -> Path:
            from qdit4sr_core.figures.animation import save_blinking

            session = make()
            without = dataclasses.replace(session.figure, metrics=())
            panels = session_panels(session, session.photo(), without, cancelled=cancelled)
            shown = [panel for panel in panels if panel.role in ("reference", "variant")]
            return save_blinking(path, shown, region)

        self._delivery.start(work, path, tr("The blinking picture is in {path}.", path=path))

    # All results

    def ask_everything(self) -> None:
        """Ask for a kind and a folder, and write every result of every photo."""
        kinds = [kind.upper().lstrip(".") for kind in PICTURE_KINDS]
        chosen = self._ask.choose(tr("Save every result of every photo as"), kinds)
        if chosen is None:
            return
        folder = self._ask.folder_for(tr("Folder for the results"))
        if folder is not None:
            self.save_everything(folder, PICTURE_KINDS[chosen])

    def save_everything(self, folder: Path, ending: str = ".png") -> None:
        """Write every finished result of every photo into one folder."""
        workspace = self._workspace.frozen()
        wanted = [
            (f"{Path(photo.name).stem}-{stem_of_pane(spec)}", photo, spec)
            for photo in workspace.photos
            for spec in workspace.specs
            if (result := workspace.result(photo, spec)) is not None and result.error is None
        ]
        stems = unique_stems(name for name, _, _ in wanted)
        files = [folder / f"{stem}{ending}" for stem in stems]

        def work(cancelled: CancelCheck) -> int:
            for file, (_, photo, spec) in zip(files, wanted, strict=True):
                stop_if(cancelled)
                pixels = workspace.pixels(photo, spec)
                if pixels is not None:
                    save_picture(pixels, file)
            return len(files)

        text = tr("{count} results are in {path}.", count=len(wanted), path=folder)
        self._delivery.start(work, folder, text, files)


def _shared(session: Session, cancelled: CancelCheck) -> list[SharedPhoto]:
    """Every photo with results, its numbers of the whole picture and its regions."""
    from qdit4sr_core.report.share_page import SharedPhoto

    shared = []
    for saved in session.photos:
        if any(map(saved.result, session.variants)):
            panels = session_panels(session, saved, cancelled=cancelled)
            shared.append(SharedPhoto(Path(saved.image.name).stem, tuple(panels), saved.regions))
    return shared
