"""The user ranks pictures without names, then sees which was which and keeps the answer."""

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from qdit4sr_gui.dialogs.blind_answer import BlindAnswerDialog
from qdit4sr_gui.state.presets import BUILT_IN_PRESETS

from .view_gestures import drag, pane_of

LEFT = Qt.MouseButton.LeftButton


def test_pictures_are_judged_without_names(window, run, tmp_path, monkeypatch):
    assert not window.action_set["blind"].isEnabled()
    window.variants_panel.set_specs(BUILT_IN_PRESETS[0].specs)
    run(window)
    window.action_set.trigger("blind")
    labels = [image.label for image in window.view.images]
    assert labels == ["Picture 1", "Picture 2", "Picture 3", "Picture 4"]
    assert all(image.chip_line == "" for image in window.view.images)
    assert not any(pane.is_reference for pane in window.view.grid.image_panes)
    hidden = window.blind.test.keys
    bar = window.ranking_bar
    assert not bar.answer.isEnabled()
    for number in (2, 1, 4, 3):
        QTest.mouseClick(bar.chips[number - 1], LEFT)
    QTest.mouseClick(bar.answer, LEFT)
    (dialog,) = [
        w for w in QApplication.topLevelWidgets() if isinstance(w, BlindAnswerDialog) and w.isVisible()
    ]
    first = dialog.table.item(0, 2).text()
    assert first == window.workspace.label(hidden[1])
    monkeypatch.setattr(window.ask, "save_file", lambda *_: tmp_path / "answer.csv")
    dialog.export.click()
    assert (tmp_path / "answer.csv").read_text(encoding="utf-8").startswith("place,picture,variant,PSNR")
    assert window.ask.last_saved == tmp_path / "answer.csv"
    assert window.action_set["show_in_folder"].isEnabled()
    dialog.reject()
    assert [image.key for image in window.view.images][:4] == list(window.workspace.specs)
    assert not bar.isVisible()


def test_clicking_a_picture_ranks_it_as_clicking_its_chip_does(window, run):
    run(window)
    window.action_set.trigger("blind")
    panes = {pane.key: pane for pane in window.view.grid.image_panes}
    for number in (3, 1):
        QTest.mouseClick(panes[f"picture{number}"], LEFT)
    assert window.blind.test.ranking == (3, 1)
    assert [image.chip_line for image in window.view.images] == ["place 2", "", "place 1"]
    assert [chip.isChecked() for chip in window.ranking_bar.chips] == [True, False, True]
    assert window.ranking_bar.chips[2].accessibleName() == "Picture 3"
    QTest.mouseClick(panes["picture3"], LEFT)  # taken back
    QTest.mouseClick(window.ranking_bar.chips[1], LEFT)
    assert window.blind.test.ranking == (1, 2)
    window.action_set.trigger("blind")
    QTest.mouseClick(window.view.grid.image_panes[0], LEFT)
    assert not window.blind.active


def test_a_blind_test_of_many_pictures_takes_no_room_from_the_docks(window):
    bar = window.ranking_bar
    before, docks = window.view.width(), [dock.width() for dock in window.docks.values()]
    for count, ranking in ((14, ()), (14, tuple(range(14, 0, -1)))):
        bar.show_ranking(count, ranking)
        QApplication.processEvents()
        assert bar.isVisible()
        assert window.view.width() == before
        assert [dock.width() for dock in window.docks.values()] == docks
        assert all(chip.width() >= 20 for chip in bar.chips)
    assert bar.chips[13].accessibleName() == "Picture 14"


def test_the_sentence_about_the_place_tells_no_names(window, run):
    run(window)
    window.action_set.trigger("next_place")
    assert window.place_bar.isVisible()
    window.action_set.trigger("blind")
    assert not window.place_bar.isVisible()
    window.action_set.trigger("blind")
    assert window.place_bar.isVisible()


def test_other_variants_end_the_test(window, run):
    run(window)
    window.action_set.trigger("blind")
    window.workspace.tick(window.workspace.specs[:2])
    assert not window.blind.active
    assert window.view.images[0].key == "fp"


def test_ranking_by_a_click_leaves_the_regions_as_they_are(window, run):
    run(window)
    regions = window.regions
    for x in (100, 300):
        regions.add(x, 100, 120, 120)
    regions.activate(-1)
    window.action_set.trigger("blind")
    QApplication.processEvents()
    window.view.grab()
    pane = pane_of(window.view, "picture1")
    on_border = pane.overlay.outline(regions.regions[0], pane.devicePixelRatioF()).bottomLeft().toPoint()
    assert pane.overlay.grip_at(QPointF(on_border)).index == 0
    QTest.mouseClick(pane, LEFT, pos=on_border)
    assert window.blind.test.ranking == (1,)
    assert regions.active == -1
    regions.activate(1)
    window.view.set_region_tool(True)
    for place in (on_border, pane.rect().bottomRight() - QPoint(30, 30)):
        QTest.mouseClick(pane, LEFT, pos=place)
        assert regions.active == 1
    drag(pane, on_border, on_border + QPoint(30, -30))
    assert regions.active == 0
    assert len(regions.regions) == 2
