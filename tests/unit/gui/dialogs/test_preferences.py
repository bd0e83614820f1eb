"""OK changes nothing that was not touched."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from qdit4sr_core.metrics.registry import METRICS
from qdit4sr_gui.dialogs.metric_list import NAME
from qdit4sr_gui.dialogs.preferences import PreferencesDialog
from qdit4sr_gui.state.preferences import Preferences
from qdit4sr_gui.work.tasks import TaskRunner


@pytest.fixture
def tasks(qapp):
    runner = TaskRunner()
    yield runner
    runner.close()


@pytest.fixture
def dialog(qtbot, tasks):
    made = PreferencesDialog(
        Preferences(metrics=CHOSEN), tasks, tasks, lambda title, start: Path("/models/mine")
    )
    qtbot.addWidget(made)
    return made


CHOSEN = ("texture_added", "stlpips", "psnr")


def test_preferences_that_nobody_touched_stay_as_they_are(dialog):
    assert dialog.preferences() == Preferences(metrics=CHOSEN)


def test_a_metric_ticked_anew_comes_behind_the_others(dialog):
    rows = {
        dialog.metrics.list.item(row).data(NAME): dialog.metrics.list.item(row) for row in range(len(METRICS))
    }
    rows["ssim"].setCheckState(Qt.CheckState.Checked)
    assert dialog.preferences().metrics == (*CHOSEN, "ssim")
    rows["stlpips"].setCheckState(Qt.CheckState.Unchecked)
    assert dialog.preferences().metrics == ("texture_added", "psnr", "ssim")


def test_what_a_metric_measures_is_read_whole(dialog, qtbot):
    dialog.tabs.setCurrentIndex(1)
    with qtbot.waitExposed(dialog):
        dialog.show()
    listed = dialog.metrics.list
    assert not listed.horizontalScrollBar().isVisible()
    lines = listed.fontMetrics().lineSpacing()
    for row in range(listed.count()):
        item = listed.item(row)
        needed = listed.fontMetrics().horizontalAdvance(item.text()) / listed.viewport().width()
        assert listed.visualItemRect(item).height() >= lines * needed


def test_a_model_folder_is_chosen_as_every_folder_is(dialog, qtbot):
    button = next(
        b for b in dialog.model.findChildren(QPushButton) if b.accessibleName() == "Choose a model folder"
    )
    button.click()
    assert dialog.model.chosen() == (str(Path("/models/mine")), "")
    dialog.model.forget()


def test_the_fields_of_the_model_page_begin_at_one_place(dialog):
    dialog.show()
    fields = (dialog.model.folder, dialog.model.base, dialog.device, dialog.threads, dialog.memory)
    assert len({field.mapTo(dialog, field.rect().topLeft()).x() for field in fields}) == 1
