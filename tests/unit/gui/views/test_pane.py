"""What a pane says of itself."""

import numpy as np

from qdit4sr_gui.state.pyramid import build_pyramid
from qdit4sr_gui.state.view_image import ViewImage
from qdit4sr_gui.views.pane import Pane
from qdit4sr_gui.views.view_state import ViewState


def test_a_reference_is_named_as_such_once_there_is_one(qtbot, monkeypatch):
    badges = []

    def note(painter, bounds, number, label, badge, *rest):
        badges.append(badge)
        return bounds

    monkeypatch.setattr("qdit4sr_gui.views.pane.paint_chip", note)
    pane = Pane(ViewState(), "fp")
    qtbot.addWidget(pane)
    pane.set_marks("1", False, True)
    pane.set_image(ViewImage("fp", "Full precision", hint="Not run yet"), None)
    pane.grab()
    assert badges[-1] == ""
    assert "Reference" not in pane.accessibleDescription()
    pixels = np.zeros((8, 8, 3), np.uint8)
    pane.set_image(ViewImage("fp", "Full precision", pixels), build_pyramid(pixels))
    pane.grab()
    assert badges[-1] == "reference"
    assert "Reference" in pane.accessibleDescription()
