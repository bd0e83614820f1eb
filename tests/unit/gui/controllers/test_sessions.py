"""What a session saves of the studio comes back: photos, regions by photo, view, numbers, results."""

import dataclasses

import numpy as np

from qdit4sr_core.images import LoadedImage
from qdit4sr_core.metrics.regions import Region
from qdit4sr_core.session import EmbeddedImage, ImageReference, SavedPhoto, load_session, save_session
from qdit4sr_gui.controllers.session_document import marked_regions, session_of
from tests.e2e.waiting import wait_until
from tests.fake_studio import noisy


def run(studio):
    studio.runs.run_current()
    wait_until(lambda: not studio.runs.busy and not studio.measure.busy)


def test_each_photo_has_its_own_regions(fakes, studio):
    first = fakes.add_photo("a.png")
    studio.regions.add(0, 0, 10, 10, "ear")
    second = fakes.add_photo("b.png")
    assert studio.regions.regions == ()
    studio.regions.add(5, 5, 20, 20, "eye")
    studio.photos.select(first)
    assert [region.name for region in studio.regions.regions] == ["ear"]
    studio.regions.undo()
    assert studio.regions.regions == ()
    studio.photos.select(second)
    assert [region.name for region in studio.regions.regions] == ["eye"]


def test_a_new_photo_is_shown_whole_and_one_seen_before_as_it_was_left(fakes, studio):
    view = studio.view.state
    first = fakes.add_photo("a.png")
    view.set_pane((50, 50))
    studio.view.set_scale(3.0)
    left = view.viewport
    second = fakes.add_photo("b.png", seed=1)
    assert view.fitted
    fakes.add_photo("c.png", side=24)
    assert view.canvas == (96, 96)
    assert view.fitted
    studio.photos.select(first)
    assert view.canvas == (64, 64)
    assert view.viewport == left
    assert not view.fitted
    studio.photos.select(second)
    assert view.fitted


def test_regions_outside_a_saved_photo_are_moved_inside():
    image = ImageReference("a.png", copy=EmbeddedImage.from_pixels(np.zeros((16, 16, 3), np.uint8)))
    (region,) = marked_regions(SavedPhoto(image, regions=(Region(60, 4, 20, 10, "ear"),)))
    assert (region.x, region.y, region.width, region.height) == (44, 4, 20, 10)


def test_a_saved_session_is_restored(fakes, studio, tmp_path):
    first = fakes.add_photo("a.png")
    studio.regions.add(0, 0, 20, 20, "ear")
    run(studio)
    pixels = {s: studio.workspace.pixels(studio.workspace.photo(), s) for s in studio.workspace.specs}
    fakes.add_photo("b.png", seed=1)
    studio.photos.select(first)
    studio.view.set_mode("wipe")
    studio.view.set_scale(3.0)
    path = save_session(session_of(studio.workspace, studio.sessions.state()), tmp_path / "a.qdit4sr")
    studio.photos.remove_all()
    studio.view.set_mode("grid")
    told = []
    studio.workspace.replaced.connect(lambda: told.append("replaced"))
    studio.workspace.photos_changed.connect(lambda: told.append("photos"))
    studio.sessions.show(load_session(path))
    assert told == ["replaced"]  # once, not for each photo and result
    assert [photo.name for photo in studio.workspace.photos] == ["a.png", "b.png"]
    photo = studio.workspace.photo()
    assert photo.name == "a.png"
    assert [region.name for region in studio.regions.regions] == ["ear"]
    assert studio.view.mode == "wipe"
    assert studio.view.scale == 3.0
    assert studio.workspace.missing(photo) == ()
    for spec, before in pixels.items():
        assert np.array_equal(studio.workspace.pixels(photo, spec), before)
    assert studio.workspace.label("rtn-w4a4") == "<rtn-w4a4>"


def test_a_variant_that_failed_comes_back_with_its_sentence(fakes, studio, tmp_path):
    fakes.add_photo()
    fakes.inference.broken = "rtn-w4a4"
    run(studio)
    path = save_session(session_of(studio.workspace, studio.sessions.state()), tmp_path / "a.qdit4sr")
    studio.sessions.show(load_session(path))
    photo = studio.workspace.photo()
    assert studio.workspace.result(photo, "rtn-w4a4").error == "It is broken."
    assert studio.workspace.missing(photo) == ("rtn-w4a4",)


def test_the_numbers_of_the_table_are_in_the_session(fakes, studio):
    fakes.add_photo()
    studio.regions.add(0, 0, 40, 40, "ear")
    run(studio)
    session = session_of(studio.workspace, studio.sessions.state())
    numbers = session.photos[0].result("rtn-w4a4").numbers
    assert {(number.name, number.region and number.region.name) for number in numbers} == {
        (metric, place) for metric in ("psnr", "ssim") for place in (None, "ear")
    }
    shown = studio.measure.table.blocks[0].rows[1].cells["psnr"].value.value
    assert shown in [number.value for number in numbers]


def test_photos_removed_from_the_session_before_do_not_come_back(fakes, studio):
    fakes.add_photo("a.png")
    session = session_of(studio.workspace, studio.sessions.state())
    studio.photos.remove_all()
    studio.sessions.show(session)
    assert studio.workspace.removals.last_edit == 0


def test_a_photo_that_was_opened_again_before_undo_stands_once_with_its_regions(fakes, studio):
    first = fakes.add_photo("a.png")
    studio.regions.add(0, 0, 10, 10, "ear")
    truth = LoadedImage(noisy(64, 64, 5), sha256="truth")
    studio.workspace.set_reference(first, truth)
    fakes.add_photo("b.png")
    for shown in ("a.png", "b.png"):  # the one that comes back, or another
        studio.photos.remove([p.key for p in studio.workspace.photos if p.name == "a.png"])
        fakes.add_photo("a.png")
        again = studio.workspace.photo()
        assert again.reference is None
        studio.photos.select(next(p.key for p in studio.workspace.photos if p.name == shown))
        studio.workspace.removals.undo()
        assert sorted(photo.name for photo in studio.workspace.photos) == ["a.png", "b.png"]
        assert studio.workspace.photo().key == again.key
        assert studio.workspace.photo().reference is truth
        assert [region.name for region in studio.regions.regions] == ["ear"]


def test_a_photo_that_a_session_holds_twice_keeps_its_regions_and_ground_truth(fakes, studio):
    key = fakes.add_photo("a.png")
    studio.regions.add(0, 0, 10, 10, "ear")
    studio.workspace.set_reference(key, LoadedImage(noisy(64, 64, 5), sha256="truth"))
    session = session_of(studio.workspace, studio.sessions.state())
    plain = dataclasses.replace(session.photos[0], truth=None, regions=(), region_colours=())
    studio.sessions.show(dataclasses.replace(session, photos=(*session.photos, plain)))
    (photo,) = studio.workspace.photos
    assert photo.reference is not None
    assert [region.name for region in studio.regions.regions] == ["ear"]


def test_a_session_without_photos_leaves_no_regions(fakes, studio):
    fakes.add_photo("a.png")
    studio.regions.add(0, 0, 10, 10, "ear")
    session = session_of(studio.workspace, studio.sessions.state())
    for _ in range(2):
        studio.sessions.show(dataclasses.replace(session, photos=()))
        assert studio.regions.regions == ()
        studio.regions.add(0, 0, 10, 10, "nobody's")
