"""A blind test takes the names away, and gives them back with the answer."""

import pytest

from qdit4sr_gui.controllers.pane_images import view_images
from tests.e2e.waiting import wait_until

SPECS = ("fp", "rtn-w4a4", "q-dit4sr-w4a4")


@pytest.fixture
def blind(fakes, studio):
    studio.workspace.tick(SPECS)
    fakes.add_photo()
    studio.runs.run_current()
    wait_until(lambda: not studio.runs.busy and not studio.measure.busy)
    return studio.blind


def test_one_result_is_nothing_to_compare(fakes, studio):
    fakes.add_photo()
    assert not studio.blind.possible
    studio.blind.start()
    assert not studio.blind.active


def test_pictures_have_numbers_and_places_instead_of_names(studio, blind):
    images = view_images(studio.workspace, studio.runs)
    assert blind.disguised(images) is images
    blind.start(seed=1)
    blind.toggle(2)
    shown = blind.disguised(images)
    assert [image.label for image in shown] == ["Picture 1", "Picture 2", "Picture 3"]
    assert [image.metric_line for image in shown] == ["", "place 1", ""]
    assert all(image.nameless for image in shown)
    pixels = {id(image.pixels) for image in images if image.key in SPECS}
    assert {id(image.pixels) for image in shown} == pixels


def test_the_answer_comes_when_every_picture_is_ranked(studio, blind):
    told = []
    blind.answered.connect(lambda *given: told.append(given))
    blind.start(seed=1)
    order = blind.test.keys
    for number in (1, 2):
        blind.toggle_shown(f"picture{number}")
    blind.toggle_shown("lr")  # not one of them
    blind.reveal()
    assert told == []
    assert blind.active
    blind.toggle(3)
    blind.reveal()
    (answer, sentence) = told[0]
    assert not blind.active
    assert [row[2] for row in answer.rows] == [studio.workspace.label(key) for key in order]
    assert "of 3 pairs" in sentence


def test_another_photo_ends_it(fakes, studio, blind):
    blind.start()
    studio.photos.select(fakes.add_photo("other.png"))
    assert not blind.active
