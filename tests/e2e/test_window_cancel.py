"""What is seen of a run that was cancelled, and of one whose variants are not ticked any more."""

import numpy as np

from qdit4sr_core.images import save_png

from .view_gestures import photo
from .waiting import wait_until


def test_a_cancelled_picture_says_so_and_stays_with_its_photo(window, tmp_path):
    first = window.workspace.current
    window.action_set.trigger("run")
    wait_until(lambda: window.runs.preview(first, window.runs.running_spec) is not None, 20)
    spec = window.runs.running_spec
    window.action_set.trigger("cancel")
    wait_until(lambda: not window.runs.running)
    assert "cancelled (step " in window.view.image_set.image(spec).chip_line
    wait_until(lambda: window.view.image_set.preview(spec) is not None)
    save_png(np.ascontiguousarray(photo(5)[:24, :24]), tmp_path / "other.png")
    window.photos.open_paths([tmp_path / "other.png"])
    wait_until(lambda: window.workspace.current != first)
    assert window.view.image_set.image(spec).chip_line == ""
    wait_until(lambda: window.view.image_set.preview(spec) is None)
    window.workspace.select(first)
    wait_until(lambda: window.view.image_set.preview(spec) is not None)


def test_photos_say_that_no_variant_is_ticked(window):
    window.variants_panel.set_specs(())
    assert "no variants ticked" in window.queue_panel._list.item(0).text()
