"""Photos and ground truths: read in the background, refused with one sentence, the rest goes on."""

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtGui import QColor, QImage

from qdit4sr_core.images import save_png
from qdit4sr_gui.controllers.photos import pixels_of
from tests.e2e.waiting import wait_until
from tests.fake_studio import noisy


@pytest.fixture
def photos(studio):
    return studio.photos


@pytest.fixture
def done(fakes):
    return lambda: wait_until(lambda: not fakes.tasks.busy)


def names(studio):
    return [photo.name for photo in studio.workspace.photos]


def test_a_folder_is_opened_and_what_is_no_photo_is_named(studio, fakes, photos, done, tmp_path):
    save_png(noisy(8, 8, 1), tmp_path / "b.png")
    save_png(noisy(8, 8, 2), tmp_path / "a.png")
    (tmp_path / "c.png").write_text("no photo")
    (tmp_path / "notes.txt").write_text("notes")
    opened = []
    photos.opened.connect(opened.append)
    photos.offer([tmp_path])
    done()
    assert names(studio) == ["a.png", "b.png"]
    assert studio.workspace.photo().name == "a.png"  # the first to run
    assert [path.name for path in opened] == ["a.png", "b.png"]
    assert len(fakes.ask.failed) == 1
    assert "c.png" in fakes.ask.failed[0]


def test_an_empty_folder_is_said(studio, fakes, photos, done, tmp_path):
    photos.offer([tmp_path])
    done()
    assert fakes.ask.failed == [f"There are no images in {tmp_path}."]


def test_a_ground_truth_of_the_wrong_size_is_refused(studio, fakes, photos, done, tmp_path):
    key = fakes.add_photo(side=16)
    save_png(noisy(64, 64, 1), tmp_path / "right.png")
    save_png(noisy(40, 64, 1), tmp_path / "wrong.png")
    photos.set_reference(key, tmp_path / "right.png")
    done()
    photos.set_reference(key, tmp_path / "wrong.png")
    done()
    assert len(fakes.ask.failed) == 1
    assert studio.workspace.photo().reference.path.name == "right.png"


def test_one_bad_ground_truth_does_not_keep_the_others_out(studio, fakes, photos, done, tmp_path):
    good, bad = fakes.add_photo("good_LR.png", seed=1), fakes.add_photo("bad_LR.png", seed=2)
    save_png(noisy(64, 64, 1), tmp_path / "good_HR.png")
    save_png(noisy(40, 64, 1), tmp_path / "bad_HR.png")
    photos.pair_references(tmp_path)
    done()
    assert studio.workspace.photo(good).reference is not None
    assert studio.workspace.photo(bad).reference is None
    assert len(fakes.ask.failed) == 1
    assert fakes.ask.failed[0].startswith("bad_LR.png: ")


def test_pasting(studio, fakes, photos, done, tmp_path):
    data = QMimeData()
    photos.open_clipboard(data)
    assert fakes.ask.failed == ["The clipboard holds no picture and no image file."]
    picture = QImage(8, 6, QImage.Format.Format_ARGB32)
    picture.fill(QColor(0, 0, 255, 0))
    data.setImageData(picture)
    photos.open_clipboard(data)
    assert np.all(studio.workspace.photo().image.pixels == 255)  # transparent: white shows
    save_png(noisy(8, 8, 1), tmp_path / "a.png")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / "a.png"))])
    photos.open_clipboard(data)
    done()
    assert names(studio) == ["Pasted picture", "a.png"]


def test_the_first_own_photo_takes_the_place_of_the_untouched_sample(studio, photos, done, tmp_path):
    save_png(noisy(8, 8, 1), tmp_path / "mine.png")
    (tmp_path / "broken.png").write_text("no photo")
    photos.welcome()
    photos.offer([tmp_path / "broken.png"])
    done()
    assert len(names(studio)) == 1  # there is nothing else to show
    photos.offer([tmp_path / "mine.png"])
    done()
    assert names(studio) == ["mine.png"]


def test_a_sample_that_was_run_stays_beside_own_photos(studio, photos, done, tmp_path):
    save_png(noisy(8, 8, 1), tmp_path / "mine.png")
    photos.welcome()
    photos.keep_welcome()
    photos.offer([tmp_path / "mine.png"])
    done()
    assert names(studio)[1:] == ["mine.png"]


def test_stepping_goes_round(studio, fakes, photos):
    keys = [fakes.add_photo(name) for name in ("a", "b", "c")]
    seen = []
    studio.workspace.current_changed.connect(seen.append)
    photos.step(1)
    photos.step(-1)
    photos.select("nobody")
    assert seen == [keys[0], keys[2]]


def test_pixels_of_an_image_with_padded_lines():
    picture = QImage(5, 2, QImage.Format.Format_RGB888)
    picture.fill(QColor(10, 20, 30))
    pixels = pixels_of(picture)
    assert pixels.shape == (2, 5, 3)
    assert np.all(pixels == (10, 20, 30))


def test_other_files_go_where_they_belong(studio, photos, tmp_path):
    (tmp_path / "old.qdit4sr").touch()
    (tmp_path / "small.safetensors").touch()
    sessions, variants = [], []
    photos.sessionOffered.connect(sessions.append)
    studio.workspace.variant_offered.connect(variants.append)
    photos.offer([tmp_path / "old.qdit4sr", tmp_path / "small.safetensors"])
    assert [path.name for path in sessions] == ["old.qdit4sr"]
    assert variants == [f"artifact:{tmp_path / 'small.safetensors'}"]


def test_what_is_left_out_beside_a_session_is_told(photos, tmp_path):
    told = []
    photos.noted.connect(told.append)
    photos.offer([tmp_path / "one.qdit4sr", tmp_path / "two.qdit4sr", tmp_path / "photo.png"])
    assert told == ["A session is opened alone; files left out: 2."]


def test_a_sample_that_undo_brought_back_stays(studio, fakes, photos, done, tmp_path):
    photos.welcome()
    photos.remove_all()
    studio.workspace.removals.undo()
    save_png(noisy(8, 8, 1), tmp_path / "mine.png")
    photos.offer([tmp_path / "mine.png"])
    done()
    assert len(studio.workspace.photos) == 2


def test_redo_takes_out_a_photo_that_was_opened_again_before_undo(studio, photos, done, tmp_path):
    save_png(noisy(8, 8, 1), tmp_path / "mine.png")
    photos.offer([tmp_path / "mine.png"])
    done()
    told = []
    photos.removed.connect(told.append)
    photos.remove_all()
    photos.offer([tmp_path / "mine.png"])
    done()
    removals = studio.workspace.removals
    removals.undo()
    assert len(studio.workspace.photos) == 1
    removals.redo()
    assert (studio.workspace.photos, told) == ([], [1, 1])
    removals.undo()
    assert [photo.name for photo in studio.workspace.photos] == ["mine.png"]
