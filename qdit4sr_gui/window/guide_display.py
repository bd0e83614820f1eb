"""The bars over the panes and the numbers on their chips: what is to be seen, and the blind test."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QMainWindow

from qdit4sr_core.errors import QDiT4SRError
from qdit4sr_core.measured_against import FULL_PRECISION
from qdit4sr_core.progress import duration_text
from qdit4sr_core.whole_file import write_text
from qdit4sr_gui.commands.studio import Studio
from qdit4sr_gui.controllers.headlines import headlines
from qdit4sr_gui.controllers.offered_names import name_of_photo
from qdit4sr_gui.controllers.session_document import plain
from qdit4sr_gui.dialogs.blind_answer import BlindAnswerDialog
from qdit4sr_gui.state.blind_test import BlindAnswer
from qdit4sr_gui.state.measurement_table import MeasurementTable
from qdit4sr_gui.style.translation import tr
from qdit4sr_gui.widgets.ranking_bar import RankingBar
from qdit4sr_gui.widgets.sentence_bar import SentenceBar

from .screen_fit import open_dialog

LONG_RUN = 600.0
"""Seconds from which a run is told about before it begins, with a way to a shorter one."""


class GuideDisplay(QObject):
    """Between the reveal, the blind test and the measurements, and what the window shows of them."""

    warned = Signal(bool)
    """Whether the bar says that a run would be long."""

    def __init__(
        self,
        studio: Studio,
        place_bar: SentenceBar,
        ranking_bar: RankingBar,
        refresh: Callable[[], None],
        window: QMainWindow,
    ) -> None:
        """`refresh` shows the panes' images and the commands' states anew."""
        super().__init__(window)
        self._studio, self._place_bar, self._ranking_bar = studio, place_bar, ranking_bar
        self._refresh, self._window = refresh, window
        reveal, blind = studio.reveal, studio.blind
        studio.measure.tableChanged.connect(self._show_headlines)
        reveal.changed.connect(self._show_place)
        reveal.failed.connect(studio.ask.fail)
        studio.runs.stateChanged.connect(self._say_place)
        workspace = studio.workspace
        for event in (
            workspace.current_changed,
            workspace.photos_changed,
            workspace.variants_changed,
            workspace.results_changed,
            workspace.replaced,
        ):
            event.connect(self._say_place, max_args=0)
        place_bar.partWanted.connect(studio.shell.choose_part)
        place_bar.nextWanted.connect(reveal.step)
        place_bar.backWanted.connect(reveal.go_back)
        blind.changed.connect(self._show_blind)
        blind.answered.connect(self._show_answer)
        ranking_bar.pictureClicked.connect(blind.toggle)
        studio.view.imageClicked.connect(blind.toggle_shown)
        ranking_bar.answerWanted.connect(blind.reveal)
        ranking_bar.stopWanted.connect(blind.stop)

    @Slot(object)
    def _show_headlines(self, table: MeasurementTable) -> None:
        active = self._studio.regions.active_region
        self._studio.view.set_headlines(headlines(table, None if active is None else plain(active)))
        self._say_place()

    @Slot()
    def _show_place(self) -> None:
        self._say_place()
        self._refresh()

    @Slot()
    def _say_place(self) -> None:
        reveal = self._studio.reveal
        warning = ""
        if self._studio.blind.active:  # a sentence would tell the names
            self._place_bar.say("", 0, 0)
        elif reveal.sentence:
            sentence = reveal.sentence
            if self._studio.measure.reference != FULL_PRECISION:
                sentence = f"{sentence} {tr('(Against full precision.)')}"
            self._place_bar.say(sentence, reveal.index + 1, len(reveal.places))
        elif reveal.invites:
            invitation = tr("Your view stays as it is; Next place goes where the variants differ most.")
            self._place_bar.say(invitation, 0, len(reveal.places))
        else:
            warning = self._warning()
            self._place_bar.say(warning or self._promise(), 0, 0, part=bool(warning))
        self.warned.emit(bool(warning))

    def _warning(self) -> str:
        """What is to be known before a run that takes long; empty where it is short, or has begun."""
        runs, photo = self._studio.runs, self._studio.workspace.photo()
        if photo is None or photo.key in (runs.running_photo(), *runs.waiting_photos()):
            return ""
        seconds = runs.expected_seconds(photo)
        if seconds is None or seconds < LONG_RUN:
            return ""
        time = duration_text(seconds, tr)
        return tr("A run of this photo takes about {time}; a part of it is done sooner.", time=time)

    def _promise(self) -> str:
        """What the run that has begun will show of the photo in sight."""
        studio = self._studio
        coming = studio.reveal.automatic and studio.reveal.expected and not studio.reveal.places
        if not (coming and studio.runs.running and studio.runs.running_photo() == studio.workspace.current):
            return ""
        return tr("As soon as two results are there, the window goes where they differ most.")

    @Slot()
    def _show_blind(self) -> None:
        test = self._studio.blind.test
        self._ranking_bar.show_ranking(len(test.keys) if test else 0, test.ranking if test else ())
        self._say_place()
        self._refresh()

    @Slot(object, str)
    def _show_answer(self, found: BlindAnswer, sentence: str) -> None:
        dialog = BlindAnswerDialog(found, sentence, self._window)
        dialog.exportWanted.connect(partial(self._export, found))
        open_dialog(dialog)

    def _export(self, found: BlindAnswer) -> None:
        ask = self._studio.ask
        name = name_of_photo(self._studio.workspace, "blind-test", suffix=".csv")
        path = ask.save_file(tr("Export the answer"), name, "CSV (*.csv)")
        if path is None:
            return
        try:
            write_text(path, found.as_csv())
        except QDiT4SRError as error:
            ask.fail(str(error))
        else:
            ask.saved(tr("Saved {name}.", name=path.name), path)
