"""A long run is told about before it begins, with a way to a shorter one."""

import pytest
from PySide6.QtWidgets import QMainWindow

from qdit4sr_gui.widgets.ranking_bar import RankingBar
from qdit4sr_gui.widgets.sentence_bar import SentenceBar
from qdit4sr_gui.window.guide_display import GuideDisplay
from tests.e2e.waiting import wait_until


@pytest.fixture
def bar(studio, qtbot):
    window = QMainWindow()
    qtbot.addWidget(window)
    made = SentenceBar(window)
    made.guide = GuideDisplay(studio, made, RankingBar(window), lambda: None, window)
    made.warned = []
    made.guide.warned.connect(made.warned.append)
    return made


def test_an_ordinary_photo_is_said_to_take_long_before_anything_was_measured(fakes, studio, bar):
    fakes.add_photo("phone.png", side=800)
    assert "about 19 min" in bar.text.text()
    assert not bar.isHidden()
    assert not bar.part.isHidden()
    assert bar.warned[-1]
    bar.part.click()
    assert ("choose_part",) in fakes.shell.done


def test_fewer_variants_take_less(fakes, studio, bar):
    fakes.add_photo("phone.png", side=800)
    studio.workspace.tick(("fp", "bicubic"))
    assert bar.isHidden()
    assert not bar.warned[-1]


def test_nothing_is_said_of_a_small_photo_of_another_model_or_of_a_run_that_has_begun(fakes, studio, bar):
    fakes.add_photo()
    assert bar.isHidden()
    fakes.add_photo("phone.png", side=800)
    studio.workspace.select(studio.workspace.photos[-1].key)
    assert not bar.part.isHidden()
    fakes.inference.going.clear()
    studio.runs.run_current()
    wait_until(lambda: studio.runs.running_photo() == studio.workspace.current)
    assert bar.part.isHidden()
    studio.runs.cancel()
    wait_until(lambda: not studio.runs.busy)
    assert not bar.part.isHidden()
    studio.preferences.change(model="elsewhere")
    studio.workspace.tick(studio.workspace.specs[:2])
    assert bar.part.isHidden()
