"""A user compares: modes, regions and their numbers, references, the palette and the keys."""

import math

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from qdit4sr_core.metrics.regions import Region
from qdit4sr_core.metrics.values import compute_region
from qdit4sr_gui.commands.palette import CommandPalette
from qdit4sr_gui.commands.shortcut_sheet import ShortcutSheet


@pytest.fixture
def finished(window, run):
    run(window)
    return window


def cell(window, block, spec, metric):
    row = next(row for row in window.measure.table.blocks[block].rows if row.spec == spec)
    return row.cells[metric]


def settle(window, qtbot):
    qtbot.waitUntil(lambda: not window.measure.busy, timeout=20000)


def test_a_drawn_region_reads_the_cores_numbers(finished, qtbot):
    window = finished
    QTest.keyClick(window, Qt.Key.Key_R)
    assert window.view.drawing_regions
    pane = window.view.grid.panes[1] if hasattr(window.view.grid, "panes") else window.view
    start, end = QPoint(120, 90), QPoint(220, 170)
    target = pane
    QTest.mousePress(target, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, start)
    QTest.mouseMove(target, QPoint(180, 140))
    QTest.mouseMove(target, end)
    QTest.mouseRelease(target, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, end)
    settle(window, qtbot)
    assert len(window.regions.regions) == 1
    drawn = window.regions.regions[0]
    place = Region(drawn.x, drawn.y, drawn.width, drawn.height)
    photo = window.workspace.photo()
    fp, rtn = (window.workspace.pixels(photo, spec) for spec in ("fp", "rtn-w4a4"))
    for value in compute_region(["psnr", "ssim"], rtn, fp, place):
        assert cell(window, 1, "rtn-w4a4", value.name).value.value == pytest.approx(value.value)
    assert cell(window, 1, "fp", "psnr").is_reference


def test_numbers_follow_while_a_region_is_dragged(finished, qtbot):
    window = finished
    window.regions.add(40, 40, 80, 80)
    settle(window, qtbot)
    before = cell(window, 1, "rtn-w4a4", "psnr").value.value
    window.regions.begin_drag()
    region = window.regions.regions[0]
    window.regions.update(0, type(region)(150, 60, 80, 80, region.name, region.colour))
    dragged = cell(window, 1, "rtn-w4a4", "psnr").value.value
    window.regions.end_drag()
    settle(window, qtbot)
    rested = cell(window, 1, "rtn-w4a4", "psnr").value.value
    assert dragged == pytest.approx(rested, abs=1e-6)
    assert dragged != before


def test_of_two_variants_the_best_is_marked_and_no_second(finished, qtbot):
    ranks = {row.spec: row.cells["psnr"].rank for row in finished.measure.table.blocks[0].rows}
    assert sorted(ranks.values()) in ([0, 0, 1], [0, 1, 1])
    assert ranks["fp"] == 0


def test_the_reference_can_be_the_ground_truth(finished, qtbot):
    window = finished
    window.action_set.trigger("against")
    settle(window, qtbot)
    truth = window.workspace.photo().reference.pixels
    fp = window.workspace.pixels(window.workspace.photo(), "fp")
    expected = compute_region(["psnr"], fp, truth)[0].value
    assert cell(window, 0, "fp", "psnr").value.value == pytest.approx(expected)
    assert window.measurements_panel.reference.currentData() == "ground truth"


def test_what_cannot_be_measured_says_why(finished, qtbot):
    window = finished
    window.measure.set_metrics(("psnr", "ssim", "niqe"))
    window.regions.add(10, 10, 8, 8)
    settle(window, qtbot)
    assert cell(window, 1, "rtn-w4a4", "ssim").text == "n/a: region under 11 px"
    assert math.isfinite(cell(window, 1, "rtn-w4a4", "psnr").value.value)
    assert "n/a" in cell(window, 1, "rtn-w4a4", "niqe").text


@pytest.mark.parametrize("key", ["W", "B", "D", "G"])
def test_modes_by_key(finished, key):
    mode = {"W": "wipe", "B": "blink", "D": "difference", "G": "grid"}[key]
    QTest.keyClick(finished, key)
    assert finished.view.mode == mode
    assert finished.action_set[mode].isChecked()
    assert finished.view.blinking == (key == "B")
    QTest.keyClick(finished, key)  # once more: back again
    assert finished.view.mode == "grid"
    assert finished.action_set["grid"].isChecked()
    assert finished.action_set[mode].isChecked() == (mode == "grid")
    assert not finished.view.blinking


def test_escape_leaves_the_region_then_the_mode(finished):
    finished.regions.add(10, 10, 8, 8)
    QTest.keyClick(finished, "W")
    QTest.keyClick(finished, Qt.Key.Key_Escape)
    assert (finished.view.mode, finished.regions.active) == ("wipe", -1)
    QTest.keyClick(finished, Qt.Key.Key_Escape)
    assert finished.view.mode == "grid"


def test_numbers_select_results(finished):
    QTest.keyClick(finished, "3")
    assert finished.view.selected == "q-dit4sr-w4a4"
    assert np.array_equal(finished.view.selected_pixels(), finished.view.images[2].pixels)


def test_undo_brings_a_region_back(finished):
    finished.regions.add(10, 10, 40, 40)
    QTest.keyClick(finished, Qt.Key.Key_Delete)
    assert finished.regions.regions == ()
    QTest.keyClick(finished, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert len(finished.regions.regions) == 1


def test_a_region_can_be_placed_by_numbers(finished, qtbot):
    finished.regions.add(10, 10, 40, 40)
    finished.measurements_panel.place.boxes["x"].setValue(60)
    finished.measurements_panel.place.boxes["width"].setValue(90)
    region = finished.regions.regions[0]
    assert (region.x, region.width) == (60, 90)


def test_the_palette_finds_and_does_a_command(window, qtbot):
    palette = CommandPalette(window.action_set, window)
    palette.open_over(window)
    QTest.keyClicks(palette.search, "differ")
    assert "Difference" in palette.list.item(0).text()
    QTest.keyClick(palette.search, Qt.Key.Key_Return)
    assert window.view.mode == "difference"


def test_escape_closes_the_palette_before_anything_else(window, qtbot):
    palette = CommandPalette(window.action_set, window)
    palette.open_over(window)
    QTest.keyClick(palette.search, Qt.Key.Key_Escape)
    assert palette.isHidden()


def test_the_shortcut_sheet_lists_every_key(window):
    sheet = ShortcutSheet(window.action_set.commands(), window)
    text = sheet.text.toPlainText()
    assert "Ctrl+Shift+P" in text
    named = [
        s for s in window.action_set.commands() if s.keys and not s.id.startswith(("select_", "reference_"))
    ]
    assert [spec.id for spec in named if spec.plain_text not in text] == []


def test_the_inspector_shows_bits_and_errors_of_every_layer(finished, qtbot):
    panel = finished.inspector_panel
    panel.variant.setCurrentIndex(panel.variant.findData("q-dit4sr-w4a4"))
    panel.button.click()
    qtbot.waitUntil(lambda: panel.grid.layers != (), timeout=30000)
    layers = panel.grid.layers
    assert all(2 <= layer.weight_bits <= 8 and len(layer.activation_bits) == 3 for layer in layers)
    assert all(0 < layer.snr_db < 100 for layer in layers)
    panel.grid._choose(layers[0])
    qtbot.waitUntil(lambda: len(panel.plot._data.series) == 3, timeout=30000)


def test_each_photo_keeps_its_regions(finished, qtbot, tmp_path):
    from PIL import Image

    finished.regions.add(10, 10, 40, 40)
    Image.new("RGB", (20, 20), (90, 90, 90)).save(tmp_path / "other.png")
    finished.photos.open_paths([tmp_path / "other.png"])
    qtbot.waitUntil(lambda: finished.workspace.photo().name == "other.png")
    assert finished.regions.regions == ()
    finished.photos.step(-1)
    assert len(finished.regions.regions) == 1


def test_every_control_has_an_accessible_name(window):
    from PySide6.QtWidgets import (
        QAbstractButton,
        QAbstractSpinBox,
        QComboBox,
        QLineEdit,
        QListView,
        QTreeView,
    )

    kinds = (QComboBox, QAbstractSpinBox, QListView, QTreeView, QAbstractButton)
    nameless = []
    for panel in (*window.docks.values(), window.toolbar, window.hint):
        for widget in panel.findChildren(object):
            inner = widget.objectName().startswith("qt_") or "Private" in type(widget.parent()).__name__
            inner = inner or widget.metaObject().className() in ("QComboBoxListView", "QToolBarExtension")
            if inner or isinstance(widget, QLineEdit) or not isinstance(widget, kinds):
                continue
            if not (widget.accessibleName() or getattr(widget, "text", str)()):
                nameless.append(widget)
    assert nameless == []


def test_alt_and_a_number_choose_the_reference(finished):
    QTest.keyClick(finished, "2", Qt.KeyboardModifier.AltModifier)
    assert finished.view.reference == "rtn-w4a4"
    finished.view.set_mode("difference")
    assert [pane.key for pane in finished.view.difference.grid.panes] == ["fp", "q-dit4sr-w4a4"]
    QTest.keyClick(finished, "1", Qt.KeyboardModifier.AltModifier)
    assert finished.view.reference == "fp"


def test_a_pane_moved_alone_comes_back_by_key(finished, qtbot):
    view = finished.view
    assert not finished.action_set["into_step"].isEnabled()
    view.state.zoom_from("rtn-w4a4", 3.0, 50, 50, alone=True)
    assert finished.action_set["into_step"].isEnabled()
    QTest.keyClick(finished, Qt.Key.Key_S)
    assert view.state.in_step
    assert not finished.action_set["into_step"].isEnabled()


def test_undo_does_not_cross_photos(finished, qtbot, tmp_path):
    from PIL import Image

    before = finished.regions.regions  # where the reveal led
    finished.regions.add(150, 100, 80, 80)
    Image.new("RGB", (20, 20), (90, 90, 90)).save(tmp_path / "small.png")
    finished.photos.open_paths([tmp_path / "small.png"])
    qtbot.waitUntil(lambda: finished.workspace.photo().name == "small.png")
    assert not finished.action_set["undo"].isEnabled()
    finished.regions.add(5, 5, 20, 20)
    QTest.keyClick(finished, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(finished, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert finished.regions.regions == ()
    finished.photos.step(-1)
    region = finished.regions.regions[-1]
    assert (region.x, region.y, region.width) == (150, 100, 80)  # not squeezed into the small photo
    QTest.keyClick(finished, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert finished.regions.regions == before


def test_keys_choose_the_kind_of_difference_and_turn_the_wipe(finished):
    shift = Qt.KeyboardModifier.ShiftModifier
    QTest.keyClick(finished, Qt.Key.Key_D, shift)
    assert (finished.view.mode, finished.view.difference.kind) == ("difference", "texture")
    QTest.keyClick(finished, Qt.Key.Key_D, shift)
    assert finished.view.difference.kind == "signed"
    QTest.keyClick(finished, Qt.Key.Key_W, shift)
    assert finished.view.mode == "wipe"
    assert not finished.view.wipe.upright
