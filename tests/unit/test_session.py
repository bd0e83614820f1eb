import copy
import json
import math
import os
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from qdit4sr_core.errors import OutputError, SessionError
from qdit4sr_core.figures import FigureOptions
from qdit4sr_core.metrics.reasons import NotAvailable, Reason
from qdit4sr_core.metrics.regions import Region
from qdit4sr_core.metrics.values import MetricValue
from qdit4sr_core.progress import Cancelled
from qdit4sr_core.session import (
    GROUND_TRUTH,
    EmbeddedImage,
    ImageReference,
    SavedPhoto,
    SavedResult,
    SavedView,
    Session,
    load_session,
    save_session,
    session_figure,
)
from qdit4sr_core.session.reading import Misfit, session_from_json
from qdit4sr_core.session.writing import images_of, session_to_json

RNG = np.random.default_rng(3)
SHARP = RNG.integers(0, 255, (64, 80, 3), dtype=np.uint8)
ROUGH = np.clip(SHARP + RNG.normal(0, 20, SHARP.shape), 0, 255).astype(np.uint8)


def a_session(path: str = "") -> Session:
    result = SavedResult(
        variant="rtn-w4a4",
        label="RTN W4A4",
        image=EmbeddedImage.from_pixels(ROUGH),
        seconds=1.5,
        weight_bytes=12345,
        simulated=True,
        provenance={"seed": 7, "noise": "abc"},
        numbers=(
            MetricValue("psnr", 12.34, None, "full precision", Region(8, 8, 32, 32), "stored"),
            MetricValue("ssim", math.inf, None, "full precision", None, "stored"),
            MetricValue("niqe", None, NotAvailable(Reason.REGION_TOO_SMALL, "96"), "", None, "stored"),
        ),
    )
    reference = SavedResult("fp", "Full precision", EmbeddedImage.from_pixels(SHARP), seconds=2.0)
    failed = SavedResult("svdquant-w4a4", "SVDQuant W4A4", error="It ran out of memory.")
    photo = SavedPhoto(
        image=ImageReference("cat.png", path, "", EmbeddedImage.from_pixels(SHARP[::4, ::4].copy())),
        truth=ImageReference("cat-hr.png", "", "", EmbeddedImage.from_pixels(SHARP)),
        regions=(Region(8, 8, 32, 32, "hair"),),
        region_colours=("#ffb000",),
        results=(reference, result, failed),
    )
    return Session(
        photos=(photo,),
        variants=("fp", "rtn-w4a4", "svdquant-w4a4"),
        sampling={"steps": 8, "seed": 3},
        metrics=("psnr", "ssim"),
        view=SavedView("wipe", 2.5, (10.0, 20.5), {"split": 0.4}),
        figure=FigureOptions(layout="grid", dpi=100, metrics=("psnr",)),
        program="0.1.0",
    )


def test_everything_comes_back(tmp_path):
    session = a_session(str(tmp_path / "cat.png"))
    path = save_session(session, tmp_path / "cat.qdit4sr")
    again = load_session(path)
    assert session_to_json(again, tmp_path) == session_to_json(session, tmp_path)
    result = again.photos[0].results[1]
    assert np.array_equal(result.image.pixels, ROUGH)
    assert math.isinf(result.numbers[1].value)
    assert again.view == session.view
    assert again.figure == session.figure
    assert [p.name for p in tmp_path.iterdir()] == ["cat.qdit4sr"]


def test_equal_sessions_give_equal_bytes_and_pictures_are_stored_once(tmp_path):
    first = save_session(a_session(), tmp_path / "a.qdit4sr").read_bytes()
    assert save_session(a_session(), tmp_path / "b.qdit4sr").read_bytes() == first
    names = zipfile.ZipFile(tmp_path / "a.qdit4sr").namelist()
    assert len(names) == len(set(names)) == 4  # document, photo, rough, and sharp for two uses


def test_a_moved_folder_finds_its_photos(tmp_path):
    from qdit4sr_core.images import load_image, save_png

    here, there = tmp_path / "here", tmp_path / "there"
    here.mkdir()
    save_png(SHARP, here / "cat.png")
    sha256 = load_image(here / "cat.png").sha256
    photo = SavedPhoto(ImageReference("cat.png", str(here / "cat.png"), sha256))
    save_session(Session(photos=(photo,)), here / "s.qdit4sr")
    here.rename(there)
    again = load_session(there / "s.qdit4sr")
    assert np.array_equal(again.photos[0].image.pixels, SHARP)
    save_png(ROUGH, there / "cat.png")
    with pytest.raises(SessionError, match="has changed"):
        _ = load_session(there / "s.qdit4sr").photos[0].image.pixels
    (there / "cat.png").unlink()
    with pytest.raises(SessionError, match="no longer"):
        _ = load_session(there / "s.qdit4sr").photos[0].image.pixels


def test_a_photo_at_an_impossible_place_is_told_when_it_is_wanted(tmp_path):
    place = tmp_path / ("n" * 300) / "cat.png"
    save_session(Session(photos=(SavedPhoto(ImageReference("cat.png", str(place))),)), tmp_path / "s.qdit4sr")
    photo = load_session(tmp_path / "s.qdit4sr").photos[0]
    with pytest.raises(SessionError, match="no longer"):
        _ = photo.image.pixels


def test_figure_is_the_same_before_and_after_saving(tmp_path):
    session = a_session()
    path = save_session(session, tmp_path / "s.qdit4sr")
    assert np.array_equal(session_figure(load_session(path)).render(), session_figure(session).render())


def test_figure_uses_stored_numbers_and_computes_the_others():
    svg = session_figure(a_session()).encode("svg").decode()
    assert ">12.34<" in svg
    against_truth = replace(a_session(), measured_against=GROUND_TRUTH)
    svg = session_figure(against_truth).encode("svg").decode()
    assert ">12.34<" not in svg
    assert ">∞<" in svg  # full precision equals the ground truth here
    assert "SVDQuant" not in svg


def test_photos_are_found_by_name_and_number():
    session = a_session()
    assert session.photo("cat.png") is session.photo("1") is session.photo()
    with pytest.raises(SessionError, match=r"it has cat\.png"):
        session.photo("dog")
    for no_number in ("0", "2", "²", "9" * 5000):
        with pytest.raises(SessionError, match=r"it has cat\.png"):
            session.photo(no_number)
    with pytest.raises(SessionError, match="no photo"):
        Session().photo()
    bare = replace(session, photos=(replace(session.photos[0], results=()),))
    with pytest.raises(SessionError, match="no results"):
        session_figure(bare)


def rewritten(source: Path, target: Path, change) -> Path:
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            replaced = change(name, old.read(name))
            if replaced is not None:
                new.writestr(name, replaced)
    return target


def document_with(**values):
    def change(name, data):
        if name != "session.json":
            return data
        return json.dumps({**json.loads(data), **values})

    return change


@pytest.mark.parametrize(
    ("change", "match"),
    [
        (lambda name, data: None if name == "session.json" else data, "not a session"),
        (lambda name, data: b"[1" if name == "session.json" else data, "not JSON"),
        (lambda name, data: b"[1]" if name == "session.json" else data, "not a session of this program"),
        (lambda name, data: None if name.endswith(".png") else data, "missing or wrong"),
        (lambda name, data: data[:-9] if name.endswith(".png") else data, "was altered"),
        (document_with(version=2), "newer program.*update"),
        (document_with(version="x"), "version is missing"),
        (document_with(photos=None), "photos is missing or wrong"),
        (document_with(current=10**400), "not JSON"),
        (document_with(current="first"), "current is missing or wrong"),
        (document_with(figure={"layout": "circle"}), "layout 'circle' is unknown"),
        (document_with(photos=[{"image": 3}]), "missing or wrong"),
        (document_with(view={"mode": "grid", "scale": 1, "centre": [1], "settings": {}}), "centre"),
    ],
)
def test_damage_is_one_sentence(tmp_path, change, match):
    good = save_session(a_session(), tmp_path / "good.qdit4sr")
    bad = rewritten(good, tmp_path / "bad.qdit4sr", change)
    with pytest.raises(SessionError, match=match) as caught:
        load_session(bad)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("within", "key"),
    [
        ((), "metrics"),
        (("view",), "mode"),
        (("photos", 0), "regions"),
        (("photos", 0, "image"), "copy"),
        (("photos", 0, "results", 0), "image"),
        (("photos", 0, "results", 0), "error"),
    ],
)
def test_an_absent_value_is_damage_and_no_default_stands_in(tmp_path, within, key):
    def change(name, data):
        if name != "session.json":
            return data
        document = json.loads(data)
        item = document
        for step in within:
            item = item[step]
        del item[key]
        return json.dumps(document)

    good = save_session(a_session(), tmp_path / "good.qdit4sr")
    with pytest.raises(SessionError, match=f"{key} is missing or wrong"):
        load_session(rewritten(good, tmp_path / "bad.qdit4sr", change))


def places_in(item, place=()):
    """Every place of a document, but those inside what is kept as it is."""
    for key, value in item.items() if isinstance(item, dict) else enumerate(item):
        yield (*place, key)
        if isinstance(value, dict | list) and key not in ("sampling", "settings", "provenance", "figure"):
            yield from places_in(value, (*place, key))


def test_a_value_of_another_kind_is_named_wherever_it_stands(tmp_path):
    session = a_session()
    images = images_of(session)
    document = session_to_json(session, tmp_path)
    places = list(places_in(document))
    assert len(places) > 100
    for place in places:
        spoiled = copy.deepcopy(document)
        item = spoiled
        for step in place[:-1]:
            item = item[step]
        item[place[-1]] = "1" if isinstance(item[place[-1]], bool | int) else True
        name = next(step for step in reversed(place) if isinstance(step, str))
        if name in ("reason_code", "reason_detail"):
            name = "reason"
        with pytest.raises(Misfit, match=f"^{name}$"):
            session_from_json(spoiled, images, tmp_path)


def test_a_result_may_be_larger_than_any_photo_but_not_than_its_bytes(monkeypatch):
    png = EmbeddedImage.from_pixels(SHARP).png
    monkeypatch.setattr("PIL.Image.MAX_IMAGE_PIXELS", 100)
    monkeypatch.setattr("qdit4sr_core.session.document.MAX_PIXELS", 100)
    assert np.array_equal(EmbeddedImage(png).pixels, SHARP)
    flat = EmbeddedImage.from_pixels(np.zeros((900, 900, 3), np.uint8)).png
    with pytest.raises(SessionError, match="far too large"):
        _ = EmbeddedImage(flat).pixels


def test_a_bad_region_is_damage(tmp_path):
    def change(name, data):
        return data.replace(b'"width": 32', b'"width": -2') if name == "session.json" else data

    good = save_session(a_session(), tmp_path / "good.qdit4sr")
    with pytest.raises(SessionError, match="damaged: Region"):
        load_session(rewritten(good, tmp_path / "bad.qdit4sr", change))


def test_every_cut_is_refused(tmp_path):
    data = save_session(a_session(), tmp_path / "good.qdit4sr").read_bytes()
    for size in range(0, len(data), max(1, len(data) // 23)):
        (tmp_path / "cut.qdit4sr").write_bytes(data[:size])
        with pytest.raises(SessionError):
            load_session(tmp_path / "cut.qdit4sr")


def test_files_that_cannot_be_read_or_written(tmp_path):
    with pytest.raises(SessionError, match="There is no session"):
        load_session(tmp_path / "absent.qdit4sr")
    with pytest.raises(SessionError, match="could not be read"):
        load_session(tmp_path)
    with pytest.raises(OutputError, match="could not be written"):
        save_session(a_session(), tmp_path / "absent" / "s.qdit4sr")
    with pytest.raises(SessionError, match="cannot be saved"):
        save_session(replace(a_session(), sampling={"seed": object()}), tmp_path / "s.qdit4sr")


def test_cancelled_saving_keeps_the_old_file(tmp_path):
    path = tmp_path / "s.qdit4sr"
    path.write_text("old")
    with pytest.raises(Cancelled):
        save_session(a_session(), path, cancelled=lambda: True)
    assert path.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["s.qdit4sr"]


def test_sessions_need_no_qt():
    import subprocess

    heavy = ("PySide6", "torch", "matplotlib")
    code = f"import sys, qdit4sr_core.session; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_figure_of_photos_has_a_row_each_and_leaves_out_those_without_results():
    session = a_session()
    first = session.photos[0]
    cup = replace(first, image=replace(first.image, name="cup.png"), regions=())
    bare = replace(first, image=replace(first.image, name="dog.png"), results=())
    session = replace(session, photos=(first, cup, bare))
    options = FigureOptions(layout="photos", dpi=72)
    svg = session_figure(session, options=options).encode("svg").decode()
    assert ">cat<" in svg
    assert ">cup<" in svg
    assert ">dog<" not in svg
    one = session_figure(session, options=replace(options, photos=("cup.png",)))
    assert ">cat<" not in one.encode("svg").decode()
    with pytest.raises(SessionError, match="No photo has results"):
        session_figure(replace(session, photos=(bare,)), options=options)


def test_a_photo_number_beyond_both_ends_is_the_nearest_photo():
    session = a_session()
    for current in (-9, -1, 0, 9):
        assert replace(session, current=current).photo() is session.photos[0]


@pytest.mark.parametrize("labels", [[1], ["a", "a"], [[]], "ab", {"a": "b"}, None])
def test_figure_labels_that_are_no_pairs_are_damage(tmp_path, labels):
    good = save_session(a_session(), tmp_path / "good.qdit4sr")
    figure = a_session().figure.to_json() | {"labels": labels}
    bad = rewritten(good, tmp_path / "bad.qdit4sr", document_with(figure=figure))
    with pytest.raises(SessionError, match="labels must be pairs"):
        load_session(bad)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="named pipes are of Unix")
def test_a_pipe_is_no_session_and_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe.qdit4sr")
    with pytest.raises(SessionError, match="is no file"):
        load_session(tmp_path / "pipe.qdit4sr")
