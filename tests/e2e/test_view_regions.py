"""Regions in the comparison view: draw, move, resize, nudge, undo."""

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from qdit4sr_gui.state.regions import MarkedRegion
from qdit4sr_gui.state.view_image import ViewImage
from qdit4sr_gui.views.comparison_view import ComparisonView

from .view_gestures import LEFT, NO_KEYS, device_point, drag, grabbed, pane_of


def test_draw_a_region_once_and_see_it_everywhere(view: ComparisonView, qtbot: QtBot) -> None:
    view.set_region_tool(True)
    start, end = device_point(view, 40, 60), device_point(view, 120, 140)
    with qtbot.waitSignal(view.regionsChanged), qtbot.waitSignal(view.regionDragging):
        drag(pane_of(view, "rtn"), start, end)
    (region,) = view.regions
    assert (region.name, region.x, region.y) == ("A", 40, 60)
    assert (region.width, region.height) == pytest.approx((80, 80), abs=1)
    for pane in view.grid.panes:
        colours = grabbed(pane)[start.y() + 20, start.x() - 3 : start.x() + 4]
        assert tuple(QColor(region.colour).getRgb()[:3]) in {tuple(map(int, colour)) for colour in colours}


def test_no_border_crosses_the_name_of_a_pane(view: ComparisonView) -> None:
    pane = pane_of(view, "rtn")
    before = grabbed(pane)
    chip = pane._chip.toAlignedRect()
    rows, columns = slice(chip.top(), chip.bottom()), slice(chip.left(), chip.right())
    ratio = pane.devicePixelRatioF()
    left, top = pane.canvas_point(QPointF(chip.center()))
    view.state.regions.add(int(left), int(top), 100, 60)
    assert pane.overlay.outline(view.regions[0], ratio).intersects(pane._chip)
    after = grabbed(pane)
    assert (after != before).any()
    assert (after[rows, columns] == before[rows, columns]).all()


def test_drawing_from_outside_is_cut_at_the_edge(view: ComparisonView) -> None:
    view.set_scale(1.0)
    view.set_region_tool(True)
    drag(pane_of(view, "fp"), device_point(view, -20, -15), device_point(view, 50, 50))
    (region,) = view.regions
    assert (region.x, region.y, region.width, region.height) == (0, 0, 50, 50)


def test_shift_draws_a_square(view: ComparisonView) -> None:
    view.set_scale(1.0)
    view.set_region_tool(True)
    pane = pane_of(view, "fp")
    QTest.mousePress(pane, LEFT, NO_KEYS, device_point(view, 20, 20))
    for x in (40, 90):
        point = QPointF(device_point(view, x, 50))
        QTest.mouseMove(pane, point.toPoint())
    pane.overlay.move((90, 50), Qt.KeyboardModifier.ShiftModifier)
    QTest.mouseRelease(pane, LEFT, NO_KEYS, device_point(view, 90, 50))
    (region,) = view.regions
    assert region.width == region.height == 70


def test_move_resize_and_undo_with_the_mouse(view: ComparisonView) -> None:
    view.set_scale(1.0)
    view.set_regions([MarkedRegion(100, 80, 60, 40, "A")], active=0)
    view.set_region_tool(True)
    pane = pane_of(view, "same")
    pane.grab()
    drag(pane, device_point(view, 130, 92), device_point(view, 150, 112))
    assert (view.regions[0].x, view.regions[0].y) == (120, 100)
    pane.grab()
    drag(pane, device_point(view, 180, 140), device_point(view, 200, 170))
    assert (view.regions[0].width, view.regions[0].height) == (80, 70)
    view.state.regions.undo()
    view.state.regions.undo()
    assert view.regions[0] == MarkedRegion(100, 80, 60, 40, "A")


def test_a_border_can_be_grabbed_without_the_tool_but_inside_pans(view: ComparisonView) -> None:
    view.set_scale(2.0)
    view.set_regions([MarkedRegion(100, 80, 100, 60, "A")])
    pane = pane_of(view, "fp")
    pane.grab()
    drag(pane, device_point(view, 150, 110), device_point(view, 140, 100))
    assert view.regions[0].x == 100
    pane.grab()
    drag(pane, device_point(view, 130, 80), device_point(view, 120, 90))
    assert (view.regions[0].x, view.regions[0].y) == (90, 90)


def test_keys_nudge_stretch_and_delete_the_active_region(view: ComparisonView) -> None:
    view.set_regions([MarkedRegion(100, 80, 60, 40, "A")], active=0)
    QTest.keyClick(view, Qt.Key.Key_Right)
    QTest.keyClick(view, Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClick(view, Qt.Key.Key_Down, Qt.KeyboardModifier.ControlModifier)
    region = view.regions[0]
    assert (region.x, region.y, region.width, region.height) == (101, 70, 60, 41)
    QTest.keyClick(view, Qt.Key.Key_Delete)
    assert view.regions == ()


def test_escape_puts_a_drag_back_then_clears_the_tool(view: ComparisonView) -> None:
    view.set_scale(1.0)
    view.set_regions([MarkedRegion(100, 80, 60, 40, "A")], active=0)
    view.set_region_tool(True)
    pane = pane_of(view, "fp")
    pane.grab()
    drag(pane, device_point(view, 130, 100), device_point(view, 150, 120), release=False)
    assert view.regions[0].x == 120
    view.clear_tool()
    assert view.regions[0].x == 100
    QTest.mouseRelease(pane, LEFT, NO_KEYS, device_point(view, 150, 120))
    assert view.regions[0].x == 100
    view.clear_tool()
    view.clear_tool()
    assert view.tool == "pan"


@pytest.mark.parametrize("gone", ["picture", "mode", "reference of the maps"])
def test_a_drag_ends_when_its_pane_goes(view: ComparisonView, images: list[ViewImage], gone: str) -> None:
    view.set_region_tool(True)
    if gone == "reference of the maps":
        view.set_mode("difference")
        pane = view.difference.grid.panes[-1]
    else:
        pane = pane_of(view, "rtn")
    drag(pane, device_point(view, 40, 60), device_point(view, 120, 140), release=False)
    assert view.state.regions.in_drag
    if gone == "picture":
        view.set_images([image for image in images if image.key != "rtn"])
    elif gone == "mode":
        view.set_mode("blink")
    else:
        view.set_reference(pane.key)
    assert len(view.regions) == 1
    assert not view.state.regions.in_drag
    view.state.regions.undo()
    assert view.regions == ()
