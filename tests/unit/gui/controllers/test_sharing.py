"""What goes to other people is written whole, with names that say what it is."""

import dataclasses
import threading

import numpy as np
import pytest

from qdit4sr_core.figures import FigureOptions
from qdit4sr_core.images import load_image, save_png
from tests.e2e.waiting import wait_until


@pytest.fixture
def sharing(fakes, studio):
    for name in ("cat.png", "dog.png"):
        fakes.add_photo(name)
    for photo in studio.workspace.photos:
        studio.runs.run(photo)
    wait_until(lambda: not studio.runs.busy and not studio.measure.busy)
    return studio.sharing


def test_every_result_of_every_photo_is_saved(fakes, studio, sharing, tmp_path):
    sharing.save_everything(tmp_path)
    wait_until(lambda: fakes.ask.last_saved or fakes.ask.failed)
    said = [f"Writing {tmp_path.name} …", f"6 results are in {tmp_path}."]
    assert (fakes.ask.failed, fakes.ask.said) == ([], said)
    names = sorted(path.name for path in tmp_path.iterdir())
    assert len(names) == 6
    assert sum(name.startswith("cat-") for name in names) == 3
    assert names[:3] == ["cat-fp.png", "cat-q-dit4sr-w4a4.png", "cat-rtn-w4a4.png"]
    full = studio.workspace.pixels(studio.workspace.photos[0], "fp")
    file = tmp_path / "cat-fp.png"
    assert (load_image(file).pixels == full).all()


def test_the_summary_is_a_table_of_the_kind_its_name_says(fakes, sharing, tmp_path):
    fakes.ask.paths = [tmp_path / "means.md"]
    sharing.ask_summary()
    wait_until(lambda: fakes.ask.last_saved or fakes.ask.failed)
    text = (tmp_path / "means.md").read_text(encoding="utf-8")
    assert text.startswith("| Variant | ")
    assert "rtn-w4a4" in text


def test_a_table_of_an_unknown_kind_is_refused_in_a_sentence(fakes, sharing, tmp_path):
    sharing.save_summary(tmp_path / "means.xls")
    wait_until(lambda: fakes.ask.failed)
    assert fakes.ask.failed[0].startswith("Tables cannot be written as .xls; choose one of .csv, ")
    assert not list(tmp_path.iterdir())


def test_nothing_is_written_when_nobody_chooses_a_place(fakes, sharing):
    for ask in (sharing.ask_summary, sharing.ask_tradeoff, sharing.ask_page, sharing.ask_animation):
        ask()
    sharing.ask_everything()
    assert not fakes.tasks.busy
    assert (fakes.ask.said, fakes.ask.failed) == ([], [])


def test_results_are_those_of_the_moment_even_if_they_wait_to_be_written(fakes, studio, sharing, tmp_path):
    gate = threading.Event()
    fakes.tasks.submit(lambda _cancelled: gate.wait(10), lambda _: None, fakes.ask.fail)
    sharing.save_everything(tmp_path)
    studio.preferences.change(seed=9)
    gate.set()
    wait_until(lambda: not fakes.tasks.busy)
    assert len(list(tmp_path.iterdir())) == 6


def test_nothing_that_is_written_replaces_a_file_that_is_read(fakes, studio, sharing, tmp_path):
    lowest = np.zeros((12, 16, 3), np.uint8)
    folder = tmp_path / "read"
    folder.mkdir()
    for name in ("photo", "truth", "elsewhere"):
        save_png(lowest, folder / f"{name}.png")
    own = tmp_path / "owl-fp.png"
    save_png(lowest, own)
    cat, dog = (photo.image for photo in studio.workspace.photos)
    studio.workspace.add(dataclasses.replace(cat, path=own), "owl.png")
    fox = studio.workspace.add(dataclasses.replace(dog, path=folder / "photo.png"), "fox.png")
    studio.workspace.set_reference(fox.key, dataclasses.replace(dog, path=folder / "truth.png"))
    elsewhere = f"images:{folder}"
    studio.workspace.tick((*studio.workspace.specs, elsewhere, "x:y"))  # one is of no known method
    result = studio.workspace.result(studio.workspace.photos[0], "fp")
    studio.workspace.keep(
        studio.workspace.photos[0], elsewhere, result, studio.workspace.model_hash, studio.workspace.settings
    )
    before = {path: path.read_bytes() for path in tmp_path.rglob("*.png")}
    options = FigureOptions()
    attempts = [
        (lambda: sharing.save_everything(tmp_path), own),
        (lambda: studio.exports.save_figure(folder / "photo.png", options), folder / "photo.png"),
        (lambda: sharing.save_tradeoff(folder / "truth.png"), folder / "truth.png"),
        (lambda: sharing.save_animation(folder / "elsewhere.png"), folder / "elsewhere.png"),
        (lambda: studio.exports.save_session(own), own),
    ]
    for attempt, file in attempts:
        fakes.ask.failed.clear()
        attempt()
        wait_until(lambda: fakes.ask.failed or fakes.ask.last_saved)
        said = f"The result {file} would replace {file}, which is read; choose another place."
        assert fakes.ask.failed == [said]
    studio.workspace.tick(("fp",))  # its result is still there
    fakes.ask.failed.clear()
    sharing.save_animation(folder / "elsewhere.png")
    wait_until(lambda: fakes.ask.failed or fakes.ask.last_saved)
    assert fakes.ask.failed == [
        f"The result {folder / 'elsewhere.png'} would replace {folder / 'elsewhere.png'}, which is read; "
        "choose another place."
    ]
    assert {path: path.read_bytes() for path in tmp_path.rglob("*.png")} == before


def test_results_are_saved_though_a_folder_of_pictures_is_gone(fakes, studio, sharing, tmp_path):
    studio.workspace.tick((*studio.workspace.specs, f"images:{tmp_path / 'gone'}"))
    sharing.save_everything(tmp_path)
    wait_until(lambda: fakes.ask.last_saved or fakes.ask.failed)
    assert fakes.ask.failed == []


def test_a_summary_is_of_the_moment_even_if_it_waits_to_be_written(fakes, studio, sharing, tmp_path):
    gate = threading.Event()
    fakes.tasks.submit(lambda _cancelled: gate.wait(10), lambda _: None, fakes.ask.fail)
    sharing.save_summary(tmp_path / "means.csv")
    studio.workspace.tick(("fp",))
    studio.photos.remove_all()
    gate.set()
    wait_until(lambda: not fakes.tasks.busy)
    assert fakes.ask.failed == []
    assert "rtn-w4a4" in (tmp_path / "means.csv").read_text(encoding="utf-8")
