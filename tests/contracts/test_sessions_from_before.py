"""A session file of the first window gives the pixels and numbers that it gave then.

`golden/first_window.qdit4sr` was written by the first program that had a window: a small random model, one
photo of 16 x 16 pixels, four variants.
"""

import hashlib
from pathlib import Path

import numpy as np
import pytest

from qdit4sr_core.metrics import compute_region
from qdit4sr_core.metrics.regions import Region
from qdit4sr_core.session import load_session, save_session, session_figure
from tests.e2e.waiting import wait_until

FILE = Path(__file__).parents[1] / "golden" / "first_window.qdit4sr"
PIXELS = {
    "fp": "4a8b0f24f337152a",
    "rtn-w4a4": "11203821ebc3f96c",
    "q-dit4sr-w4a4": "a6b47272a4742d73",
    "bicubic": "d6d13fee7aed6ade",
}
"""Beginning of the SHA-256 of each result's pixels."""
NUMBERS = {
    ("rtn-w4a4", "psnr", ""): 53.31668527336955,
    ("rtn-w4a4", "ssim", ""): 0.9998783363113678,
    ("rtn-w4a4", "psnr", "eye"): 53.03429881321328,
    ("rtn-w4a4", "ssim", "eye"): 0.9998746971951591,
    ("q-dit4sr-w4a4", "psnr", ""): 52.937147412289356,
    ("q-dit4sr-w4a4", "ssim", ""): 0.9998744418141937,
    ("q-dit4sr-w4a4", "psnr", "eye"): 52.80272918831556,
    ("q-dit4sr-w4a4", "ssim", "eye"): 0.9998864458004634,
    ("bicubic", "psnr", ""): 10.598432835446335,
    ("bicubic", "ssim", ""): 0.06389890022934504,
    ("bicubic", "psnr", "eye"): 10.375656040955914,
    ("bicubic", "ssim", "eye"): 0.05212942330963819,
}
"""Variant, metric and region to the number against full precision."""


@pytest.fixture(scope="module")
def session():
    return load_session(FILE)


def numbers_of(session):
    return {
        (result.variant, number.name, number.region.name if number.region else ""): number.value
        for result in session.photos[0].results
        for number in result.numbers
    }


def digest(pixels):
    return hashlib.sha256(np.ascontiguousarray(pixels).tobytes()).hexdigest()[:16]


def test_pixels_and_numbers_are_those_of_the_file(session):
    (photo,) = session.photos
    assert {result.variant: digest(result.image.pixels) for result in photo.results} == PIXELS
    found = numbers_of(session)
    assert {key: found[key] for key in NUMBERS} == NUMBERS
    assert photo.regions == (Region(8, 8, 40, 40, "eye"),)
    assert (session.view.mode, session.view.scale, session.view.centre) == ("wipe", 3.0, (20.0, 30.0))
    assert session.sampling == {"steps": 3, "seed": 5}


def test_a_reason_that_was_a_sentence_then_still_reads_the_same(session):
    niqe = [n for result in session.photos[0].results for n in result.numbers if n.name == "niqe"]
    assert {str(number.why) for number in niqe} == {"n/a: region under 96 px"}


def test_the_metrics_give_the_same_numbers_today(session):
    pixels = {result.variant: result.image.pixels for result in session.photos[0].results}
    places = {"": None, "eye": session.photos[0].regions[0]}
    for (variant, metric, place), before in NUMBERS.items():
        (today,) = compute_region([metric], pixels[variant], pixels["fp"], places[place])
        assert today.value == pytest.approx(before, rel=1e-9), (variant, metric, place)


def test_it_is_saved_again_without_loss(session, tmp_path):
    again = load_session(save_session(session, tmp_path / "again.qdit4sr"))
    assert numbers_of(again) == numbers_of(session)
    assert [digest(result.image.pixels) for result in again.photos[0].results] == list(PIXELS.values())
    assert np.array_equal(session_figure(again).render(), session_figure(session).render())


def test_the_window_shows_them(fakes, studio, session):
    fakes.inference.weights[""] = session.model_hash
    studio.sessions.show(session)
    workspace, photo = studio.workspace, studio.workspace.photo()
    assert workspace.missing(photo) == ()
    assert {spec: digest(workspace.pixels(photo, spec)) for spec in workspace.specs} == PIXELS
    assert [region.name for region in studio.regions.regions] == ["eye"]
    wait_until(lambda: not studio.measure.busy)
    shown = {
        (row.spec, metric, block.region.name if block.region else ""): cell.value.value
        for block in studio.measure.table.blocks
        for row in block.rows
        for metric, cell in row.cells.items()
        if cell.value is not None
    }
    assert {key: shown[key] for key in NUMBERS} == NUMBERS
