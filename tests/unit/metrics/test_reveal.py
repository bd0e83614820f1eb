import cv2
import numpy as np
import pytest

from qdit4sr_core.errors import ImageError
from qdit4sr_core.metrics.regions import Region
from qdit4sr_core.metrics.reveal import GRID, Change, Place, reveal
from qdit4sr_core.metrics.reveal_text import ADDS_HERE, BETWEEN, END, LOSES, place_sentence
from qdit4sr_core.metrics.texture import texture_added
from qdit4sr_core.metrics.values import compute_region


@pytest.fixture
def textured() -> np.ndarray:
    plane = np.random.default_rng(3).normal(128, 18, (256, 320)).clip(0, 255).astype(np.uint8)
    return np.repeat(plane[..., None], 3, axis=2)


def noisy(image: np.ndarray, box: tuple[int, int, int, int], sigma: float) -> np.ndarray:
    x, y, w, h = box
    out = image.astype(float)
    grain = np.random.default_rng(11).normal(0, sigma, (h, w, 1))
    out[y : y + h, x : x + w] += grain
    return out.clip(0, 255).astype(np.uint8)


def test_the_first_place_lies_where_the_worst_variant_is_damaged(textured: np.ndarray) -> None:
    bad = noisy(textured, (160, 96, 96, 96), 40)
    good = noisy(textured, (0, 0, 320, 256), 2)
    first = reveal(textured, {"bad": bad, "good": good})[0]
    assert first.region == Region(160, 96, 96, 96)
    assert [change.key for change in first.changes] == ["bad", "good"]
    assert first.changes[0].decibels > 5
    assert abs(first.changes[1].decibels) < 0.3


def test_the_sentence_has_the_numbers_of_the_tables(textured: np.ndarray) -> None:
    bad = noisy(textured, (160, 96, 96, 96), 40)
    first = reveal(textured, {"bad": bad})[0]
    told = texture_added(first.region.crop(bad), first.region.crop(textured))
    assert first.changes[0].decibels == pytest.approx(told)
    measured = compute_region(["ssim"], bad, textured, first.region)[0].value
    assert first.changes[0].structure == pytest.approx(measured, abs=1e-12)


def test_lost_texture_is_negative_and_counts_like_added(textured: np.ndarray) -> None:
    blurred = textured.copy()
    blurred[32:128, 64:160] = cv2.GaussianBlur(textured, (0, 0), 1.2)[32:128, 64:160]
    first = reveal(textured, {"soft": blurred})[0]
    assert first.region == Region(64, 32, 96, 96)
    assert first.changes[0].decibels < -5
    assert first.changes[0].structure < 0.9


def test_places_do_not_overlap_lie_on_the_grid_and_come_worst_first(textured: np.ndarray) -> None:
    places = reveal(textured, {"a": noisy(textured, (0, 0, 320, 256), 15)}, side=64, count=9)
    assert len(places) == 9
    assert [p.score for p in places] == sorted((p.score for p in places), reverse=True)
    covered = np.zeros((256, 320), int)
    for place in places:
        place.region.crop(covered)[:] += 1
        assert (place.region.x % GRID, place.region.y % GRID) == (0, 0)
    assert covered.max() == 1


def test_a_ripple_in_a_flat_sky_counts_less_than_damaged_texture(textured: np.ndarray) -> None:
    reference = textured.copy()
    reference[:, :128] = 200
    image = noisy(reference, (0, 0, 128, 256), 1.5)
    image = noisy(image, (192, 64, 96, 96), 30)
    assert reveal(reference, {"v": image})[0].region.x >= 160


def test_where_methods_differ_counts_more_than_where_all_are_bad(textured: np.ndarray) -> None:
    everywhere = noisy(textured, (0, 0, 96, 96), 30)
    one = noisy(everywhere, (208, 128, 96, 96), 30)
    first = reveal(textured, {"a": one, "b": everywhere})[0]
    assert first.region == Region(208, 128, 96, 96)


def test_what_is_shown_stays_a_place_at_its_rank(textured: np.ndarray) -> None:
    image = noisy(textured, (160, 96, 96, 96), 40)
    shown = Region(16, 24, 96, 96)
    places = reveal(textured, {"a": image}, at=shown)
    assert places[0].region == Region(160, 96, 96, 96)
    assert shown in [place.region for place in places]
    assert [place.score for place in places] == sorted((place.score for place in places), reverse=True)


def test_a_small_picture_is_one_place(textured: np.ndarray) -> None:
    small = textured[:40, :50]
    (place,) = reveal(small, {"a": noisy(small, (0, 0, 50, 40), 9)}, count=3)
    assert (place.region.width, place.region.height) == (40, 40)


def test_what_does_not_fit_is_refused(textured: np.ndarray) -> None:
    with pytest.raises(ImageError, match="same size"):
        reveal(textured, {"a": textured[:100]})
    with pytest.raises(ImageError, match="at least 32"):
        reveal(textured, {})


def place(*changes: Change) -> Place:
    return Place(Region(0, 0, 96, 96), changes, 1.0)


def test_the_sentence_names_who_adds_and_who_loses_how_much() -> None:
    labels = {"rtn": "RTN W4A4", "q": "Q-DiT4SR W4A4"}
    grain = place(Change("rtn", 6.12, 0.6, 1.3), Change("q", 0.71, 0.9, 0.2))
    assert place_sentence(grain, labels) == (
        "RTN W4A4 adds 6.1 dB of false grain here; Q-DiT4SR W4A4 adds 0.7 dB."
    )
    loss = place(Change("q", -3.0, 0.6, 1.3), Change("rtn", -0.2, 0.9, 0.2))
    assert place_sentence(loss, labels) == (
        "Q-DiT4SR W4A4 loses 3.0 dB of texture here; RTN W4A4 loses 0.2 dB."
    )


def test_the_sentence_says_when_only_the_structure_or_nothing_changed() -> None:
    bent = place(Change("a", 0.1, 0.71, 0.3), Change("b", 0.1, 0.99, 0.0))
    assert place_sentence(bent, {"a": "A"}) == "A changes the structure here (SSIM 0.71); b adds 0.1 dB."
    one = place(Change("a", 3.0, 0.71, 0.3), Change("b", -0.04, 0.99, 0.0))
    assert place_sentence(one, {}) == "a adds 3.0 dB of false grain here; b adds and loses next to none."
    same = place(Change("a", -0.2, 0.99, 0.1))
    assert place_sentence(same, {}) == "The variants hardly differ here: by at most 0.2 dB of texture."


def test_the_sentence_can_be_translated() -> None:
    chinese = {
        ADDS_HERE: "{name}在此处增加了 {number} dB 的假颗粒",
        LOSES: "{name}损失 {number} dB",
        BETWEEN: "；",
        END: "{clauses}。",
    }
    grain = place(Change("a", 2.0, 0.9, 0.5), Change("b", -1.0, 0.9, 0.3))
    said = place_sentence(grain, {"a": "A", "b": "B"}, lambda text: chinese[text])
    assert said == "A在此处增加了 2.0 dB 的假颗粒；B损失 1.0 dB。"
