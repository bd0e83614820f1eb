"""A drag of a region ends where the regions change under it, whatever changed them."""

import pytest
from PySide6.QtCore import QPointF, Qt

from qdit4sr_gui.state.regions import RegionsHistory
from qdit4sr_gui.views.region_overlay import RegionOverlay
from qdit4sr_gui.views.view_state import REGION_TOOL, ViewState

NONE = Qt.KeyboardModifier.NoModifier


@pytest.fixture
def state(qapp):
    made = ViewState()
    made.set_canvas(200, 200)
    made.set_pane((200, 200))
    made.set_tool(REGION_TOOL)
    return made


@pytest.fixture
def overlay(state):
    return RegionOverlay(state, lambda: state.viewport)


def drawing(overlay):
    overlay.press(QPointF(50, 50), (50.0, 50.0), NONE)
    overlay.move((90.0, 90.0), NONE)
    assert overlay.dragging


@pytest.mark.parametrize("deed", ["clear", "insert", "photo"])
def test_a_change_from_elsewhere_ends_the_drag(overlay, state, deed):
    regions = state.regions
    drawing(overlay)
    if deed == "clear":
        regions.replace_all(())
    elif deed == "insert":
        regions.insert(0, regions.regions[0])
    else:
        regions.restore(RegionsHistory((((regions.regions[0]),), -1)))
    after = regions.regions
    overlay.move((120.0, 120.0), NONE)
    assert not overlay.dragging
    assert not regions.in_drag
    assert regions.regions == after
    overlay.move((150.0, 150.0), NONE)
    overlay.release()
    assert regions.regions == after


def test_what_is_drawn_when_another_photo_comes_is_not_kept_for_the_first(overlay, state):
    drawing(overlay)
    left = state.regions.history()
    state.regions.restore(RegionsHistory())
    state.regions.restore(left)
    assert state.regions.regions == ()
    assert state.regions.last_edit == 0


def test_a_drag_alone_goes_on(overlay, state):
    drawing(overlay)
    overlay.move((120.0, 130.0), NONE)
    overlay.release()
    (region,) = state.regions.regions
    assert (region.x, region.y, region.width, region.height) == (50, 50, 70, 80)
    state.regions.undo()
    assert state.regions.regions == ()
