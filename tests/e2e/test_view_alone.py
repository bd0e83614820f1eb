"""One pane is moved alone and brought back; values in pixels; references by key; five panes."""

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from qdit4sr_gui.state.view_image import ViewImage
from qdit4sr_gui.views.comparison_view import ComparisonView

from .view_gestures import HEIGHT, LEFT, WIDTH, drag, grabbed, pane_of, photo, wheel

ALT = Qt.KeyboardModifier.AltModifier
CTRL_SHIFT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


def drag_alone(
    view: ComparisonView, key: str, start: QPoint, end: QPoint, keys: Qt.KeyboardModifier = ALT
) -> None:
    """QTest's mouse moves carry no modifiers, so this one is sent by hand."""
    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QMouseEvent

    pane = pane_of(view, key)
    held = Qt.MouseButton.LeftButton
    for kind, at, button, buttons in (
        (QEvent.Type.MouseButtonPress, start, held, held),
        (QEvent.Type.MouseMove, end, Qt.MouseButton.NoButton, held),
        (QEvent.Type.MouseButtonRelease, end, held, Qt.MouseButton.NoButton),
    ):
        place = QPointF(at)
        QApplication.sendEvent(pane, QMouseEvent(kind, place, pane.mapToGlobal(place), button, buttons, keys))


def corner(view: ComparisonView, key: str) -> tuple[float, float]:
    return pane_of(view, key).canvas_point(QPointF(0, 0))


@pytest.mark.parametrize("keys", [ALT, CTRL_SHIFT])
def test_alt_moves_one_pane_and_a_shared_drag_keeps_its_lead(
    view: ComparisonView, keys: Qt.KeyboardModifier
) -> None:
    view.set_scale(4.0)
    shared, before = corner(view, "fp"), corner(view, "rtn")
    drag_alone(view, "rtn", QPoint(200, 150), QPoint(180, 142), keys)
    assert corner(view, "fp") == shared
    assert corner(view, "rtn") == (before[0] + 5, before[1] + 2)
    assert view.state.out_of_step("rtn")
    assert not view.state.in_step
    drag(pane_of(view, "rtn"), QPoint(200, 150), QPoint(160, 150))
    assert corner(view, "fp")[0] == pytest.approx(shared[0] + 10)
    assert corner(view, "rtn")[0] == pytest.approx(before[0] + 15)
    view.state.bring_into_step()
    assert corner(view, "rtn") == corner(view, "fp")


def test_alt_and_the_wheel_zoom_one_pane_about_the_cursor(view: ComparisonView) -> None:
    view.set_scale(4.0)
    place = QPointF(120, 90)
    under = pane_of(view, "rtn").canvas_point(place)
    wheel(pane_of(view, "rtn"), place, 240, ALT)
    assert view.scale == 4.0
    assert pane_of(view, "rtn").viewport.scale == 8.0
    assert pane_of(view, "rtn").canvas_point(place) == pytest.approx(under, abs=0.3)
    wheel(pane_of(view, "rtn"), place, -240)  # the others follow, in their own scale
    assert view.scale == 2.0
    assert pane_of(view, "rtn").viewport.scale == 4.0
    assert pane_of(view, "rtn").canvas_point(place) == pytest.approx(under, abs=0.5)


def test_fitting_brings_every_pane_back(view: ComparisonView) -> None:
    drag_alone(view, "rtn", QPoint(200, 150), QPoint(120, 100))
    view.fit()
    assert view.state.in_step
    assert (grabbed(pane_of(view, "rtn")).shape) == grabbed(pane_of(view, "fp")).shape


def test_a_region_is_drawn_where_it_belongs_in_a_moved_pane(view: ComparisonView) -> None:
    view.set_scale(2.0)
    drag_alone(view, "rtn", QPoint(200, 150), QPoint(180, 150))
    view.set_region_tool(True)
    pane = pane_of(view, "rtn")
    start = pane.canvas_point(QPointF(60, 60))
    drag(pane, QPoint(60, 60), QPoint(120, 120))
    (region,) = view.regions
    assert (region.x, region.y) == (round(start[0]), round(start[1]))


def test_with_the_region_tool_ctrl_and_shift_draw_a_square_inside_another(view: ComparisonView) -> None:
    view.set_scale(4.0)
    view.set_region_tool(True)
    drag(pane_of(view, "rtn"), QPoint(60, 60), QPoint(220, 200))
    drag_alone(view, "rtn", QPoint(100, 100), QPoint(160, 132), CTRL_SHIFT)
    outer, inner = view.regions
    assert (outer.width, outer.height) == (40, 35)
    assert inner.width == inner.height == 15
    assert view.state.in_step


def test_values_stand_in_the_pixels_from_3200_per_cent_on(
    view: ComparisonView, settle: Callable[[], None]
) -> None:
    view.state.set_appearance(show_labels=False)
    pane = pane_of(view, "rtn")

    def inked(scale: float) -> bool:
        view.set_scale(scale)
        settle()
        shown = grabbed(pane)
        left, top = view.state.viewport.origin(view.state.pane)
        x, y = (int(value) for value in pane.canvas_point(QPointF(100, 100)))
        edge = int(scale)
        cell = shown[
            top + y * edge + 2 : top + (y + 1) * edge - 1, left + x * edge + 2 : left + (x + 1) * edge
        ]
        return len(np.unique(cell.reshape(-1, 3), axis=0)) > 3

    assert not inked(16.0)
    assert inked(32.0)
    assert inked(64.0)
    view.state.set_appearance(pixel_grid=False)
    assert not inked(32.0)


def test_five_panes_leave_no_gap_at_the_right(view: ComparisonView, images: list[ViewImage]) -> None:
    view.set_images([*images, ViewImage("fifth", "Fifth", photo(5))], (WIDTH, HEIGHT))
    view.resize(1000, 660)
    panes = view.grid.panes
    assert view.grid.columns == 3
    assert len({(pane.width(), pane.height()) for pane in panes}) == 1
    last = panes[3:]
    assert last[0].x() == pytest.approx(view.grid.width() - last[-1].geometry().right() - 1, abs=2)


def test_keys_move_in_the_pane_only_while_pressed_in_it(view: ComparisonView) -> None:
    view.set_scale(4.0)
    view.set_mode("wipe")
    before = view.state.viewport
    wheel(view.wipe, QPointF(100, 100), 120, ALT)  # a wipe has one view: Alt makes no difference
    assert view.state.in_step
    assert view.state.viewport.scale > before.scale
    QTest.mouseClick(view.wipe, LEFT)
