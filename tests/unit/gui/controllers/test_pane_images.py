"""What the panes show of a photo, in which order and with which words."""

from qdit4sr_core.images import LoadedImage
from qdit4sr_gui.controllers.pane_images import view_images
from qdit4sr_gui.state.view_image import LR_KEY, TRUTH_KEY
from tests.e2e.waiting import wait_until
from tests.fake_studio import noisy


def test_without_a_photo_there_is_nothing(studio):
    assert view_images(studio.workspace, studio.runs) == []


def test_variants_come_first_then_the_input_and_the_ground_truth(fakes, studio):
    key = fakes.add_photo()
    studio.workspace.set_reference(key, LoadedImage(noisy(64, 64, 1), sha256="truth"))
    images = view_images(studio.workspace, studio.runs, show_input=True, show_truth=True)
    assert [image.key for image in images] == [*studio.workspace.specs, LR_KEY, TRUTH_KEY]
    assert [image.landmark for image in images] == [False] * 4 + [True]
    assert {image.hint for image in images[:3]} == {"Not run yet: press F5"}
    alone = view_images(studio.workspace, studio.runs, show_input=False)
    assert [image.key for image in alone] == list(studio.workspace.specs)


def test_a_failure_shows_its_sentence_and_no_cost(fakes, studio):
    fakes.inference.broken = "rtn-w4a4"
    fakes.add_photo()
    studio.runs.run_current()
    wait_until(lambda: not studio.runs.busy)
    images = {image.key: image for image in view_images(studio.workspace, studio.runs)}
    assert (images["rtn-w4a4"].error, images["rtn-w4a4"].metric_line) == ("It is broken.", "")
    assert images["fp"].error == ""
    assert images["fp"].pixels is studio.workspace.pixels(studio.workspace.photo(), "fp")


def test_what_waits_says_so(fakes, studio):
    fakes.inference.going.clear()
    fakes.add_photo()
    studio.runs.run_current()
    wait_until(lambda: studio.runs.running_spec == "fp")
    hints = [image.hint for image in view_images(studio.workspace, studio.runs, show_input=False)]
    assert hints == ["Running …", "Waiting for its turn", "Waiting for its turn"]
    fakes.inference.going.set()
    wait_until(lambda: not studio.runs.busy)
