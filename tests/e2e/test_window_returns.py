"""A photo that is shown again is as it was left: its view, its panes, its numbers."""

import pytest
from PIL import Image

from .test_window_run import photo
from .waiting import wait_until


@pytest.fixture
def two(window, tmp_path):
    """Two photos of different shape, both with results and numbers; the first is shown."""
    window.photos.remove_all()
    tall = photo(tmp_path / "a.png", 40, 1)
    Image.open(tall).crop((0, 0, 24, 40)).save(tall)
    wide = photo(tmp_path / "b.png", 40, 2)
    Image.open(wide).crop((0, 0, 40, 24)).save(wide)
    window.photos.open_paths([tall, wide])
    wait_until(lambda: len(window.workspace.photos) == 2)
    window.action_set.trigger("run_all")
    wait_until(lambda: not window.runs.running)
    for key in [one.key for one in reversed(window.workspace.photos)]:
        window.photos.select(key)
        wait_until(lambda: not (window.measure.busy or window.reveal.busy))
    return window


def visit_the_other(window):
    window.action_set.trigger("next_photo")
    wait_until(lambda: not (window.measure.busy or window.reveal.busy))
    window.action_set.trigger("previous_photo")


def test_zoom_and_pan_come_back(two):
    two.view.set_scale(2.0**0.5 * 16)
    two.view.state.move_to(two.view.state.viewport.panned(-200.0, 90.0))
    left = two.view.state.viewport
    visit_the_other(two)
    assert two.view.state.viewport == left
    assert not two.view.state.fitted


def test_numbers_on_panes_and_in_the_table_and_measured_layers_are_there_at_once(two):
    two.inspector_panel.inspectionWanted.emit("rtn-w4a4")
    wait_until(lambda: not two.runs.busy)
    two.inspector_panel.variant.setCurrentIndex(two.inspector_panel.variant.findData("rtn-w4a4"))
    page = two.inspector_panel.pages
    assert page.currentIndex() == 1
    told = {image.key: image.headline for image in two.view.images}
    assert told["rtn-w4a4"].startswith("PSNR")
    table = two.measure.table
    two.photos.step(1)
    assert page.currentIndex() == 0  # of this photo nothing was measured
    two.photos.step(-1)
    assert two.measure.table == table
    assert {image.key: image.headline for image in two.view.images} == told
    assert page.currentIndex() == 1
