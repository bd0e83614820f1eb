"""Difference maps and their colours."""

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from qdit4sr_core.metrics.texture_colours import LIMIT
from qdit4sr_gui.views.difference import (
    KINDS,
    automatic_limit,
    colour_table,
    colourize,
    format_value,
    laid_over,
    round_up,
    summary,
)
from qdit4sr_gui.views.difference_maps import NO_ROOM, DifferenceMaps, map_bytes


@pytest.fixture
def pair() -> tuple[np.ndarray, np.ndarray]:
    generator = np.random.default_rng(0)
    reference = generator.integers(60, 190, (64, 80, 3), dtype=np.uint8)
    return np.clip(reference + generator.integers(-40, 40, reference.shape), 0, 255).astype(
        np.uint8
    ), reference


@pytest.mark.parametrize("name", KINDS)
def test_every_map_has_the_size_of_the_image_and_is_zero_for_equal_images(
    name: str, pair: tuple[np.ndarray, np.ndarray]
) -> None:
    image, reference = pair
    values = KINDS[name].compute(image, reference)
    assert values.shape == image.shape[:2]
    assert values.dtype == np.float32
    assert np.abs(values).max() > 0
    assert np.abs(KINDS[name].compute(reference, reference)).max() == pytest.approx(0, abs=1e-5)


def test_simple_maps_by_hand() -> None:
    reference = np.full((16, 16, 3), 100, np.uint8)
    image = reference.copy()
    image[3, 4] = (110, 100, 70)
    assert KINDS["absolute"].compute(image, reference)[3, 4] == pytest.approx(40 / 3)
    assert KINDS["squared"].compute(image, reference)[3, 4] == pytest.approx(1000 / 3)
    assert KINDS["signed"].compute(image, reference)[3, 4] == pytest.approx(2.99 - 3.42, abs=1e-3)


def test_structure_map_is_centred(pair: tuple[np.ndarray, np.ndarray]) -> None:
    reference = np.repeat(np.random.default_rng(1).integers(0, 256, (64, 64, 1), dtype=np.uint8), 3, axis=2)
    image = reference.copy()
    image[30:33, 40:43] = 0
    worst = np.unravel_index(np.argmax(KINDS["ssim"].compute(image, reference)), (64, 64))
    assert np.abs(np.array(worst) - (31, 41)).max() <= 2


def test_smoothing_loses_texture_and_noise_adds_it(pair: tuple[np.ndarray, np.ndarray]) -> None:
    image, reference = pair
    flat = np.full_like(reference, 128)
    assert KINDS["texture"].compute(flat, reference).mean() < -3
    assert KINDS["texture"].compute(image, flat).mean() > 3


def test_the_range_covers_all_maps() -> None:
    maps = [np.full((40, 40), value, np.float32) for value in (3.0, -17.0, 8.0)]
    assert automatic_limit(KINDS["signed"], maps) == 20
    assert automatic_limit(KINDS["signed"], [np.zeros((9, 9), np.float32)]) == KINDS["signed"].least
    assert automatic_limit(KINDS["ssim"], [np.full((9, 9), 1.4, np.float32)]) == 1.0


def test_the_range_of_texture_change_is_always_the_same() -> None:
    assert automatic_limit(KINDS["texture"], [np.full((9, 9), 30.0, np.float32)]) == LIMIT
    assert automatic_limit(KINDS["texture"], [np.zeros((9, 9), np.float32)]) == LIMIT


def test_gamma_lifts_faint_differences_and_keeps_the_ends() -> None:
    kind = KINDS["absolute"]
    values = np.array([[0.0, 10.0, 100.0]], np.float32)
    plain, lifted = (colourize(values, kind, 100.0, gamma)[0].astype(int).sum(1) for gamma in (1.0, 2.2))
    assert (lifted[0], lifted[2]) == (plain[0], plain[2])
    assert lifted[1] > plain[1]


def test_the_photo_shows_where_nothing_changed_and_colours_where_much_did() -> None:
    kind = KINDS["texture"]
    values = np.array([[0.0, LIMIT]], np.float32)
    photo = np.full((1, 2, 3), 200, np.uint8)
    colours = colourize(values, kind, LIMIT)
    over = laid_over(colours, photo, values, LIMIT, 1.0)
    assert abs(int(over[0, 0, 0]) - 200) < 6
    assert (over[0, 1] == colours[0, 1]).all()
    assert laid_over(colours, photo, values, LIMIT, 0.0) is colours


def test_round_up() -> None:
    assert [round_up(value) for value in (0.011, 0.5, 1.0, 1.01, 3, 51, 100)] == [
        0.02,
        0.5,
        1,
        2,
        5,
        100,
        100,
    ]


def test_colours_at_the_ends_and_the_middle() -> None:
    kind = KINDS["signed"]
    painted = colourize(np.array([[-99, -10, 0, 10, 99]], np.float32), kind, 10.0)
    table = colour_table(kind.colours)
    assert (painted[0, 0] == table[0]).all()
    assert (painted[0, 1] == table[0]).all()
    assert painted[0, 2].max() <= 24
    assert (painted[0, 3] == table[255]).all()
    assert (painted[0, 4] == table[255]).all()
    heat = colourize(np.array([[0, 5, 10]], np.float32), KINDS["absolute"], 10.0)
    assert heat[0].astype(int).sum(axis=1).tolist() == sorted(heat[0].astype(int).sum(axis=1).tolist())


def test_values_carry_sign_decimals_and_unit() -> None:
    assert format_value(-3.256, KINDS["signed"]) == "−3.26 levels"
    assert format_value(2.04, KINDS["texture"]) == "+2.0 dB"
    assert format_value(0.12345, KINDS["ssim"]) == "0.123"


def test_summaries_name_their_numbers() -> None:
    def line(values: np.ndarray, name: str) -> str:
        sentence, numbers = summary(values, KINDS[name])
        return sentence.format(*numbers)

    values = np.full((10, 10), -2.0, np.float32)
    mixed = np.concatenate([values, np.full((30, 10), 1.0, np.float32)])
    assert line(mixed, "texture") == "at worst 2.0 dB of texture lost; on average 0.8 dB added, 0.5 dB lost"
    grown = "at worst 2.0 dB of false grain added; on average 2.0 dB added, <0.1 dB lost"
    assert line(-values, "texture") == grown
    assert line(values / 50, "texture") == "no visible change of texture"
    assert line(-values, "absolute") == "mean 2.00 levels, 99 % below 2.00 levels"
    assert line(values, "signed") == "mean −2.00 levels, RMS 2.00"


def test_maps_beyond_the_budget_are_refused_and_come_when_there_is_room(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    images = {name: np.full((32, 32, 3), value, np.uint8) for value, name in enumerate("abc")}
    reference = np.zeros((32, 32, 3), np.uint8)
    monkeypatch.setattr("qdit4sr_gui.views.difference_maps.BUDGET_BYTES", 2 * map_bytes(reference))
    maps = DifferenceMaps()
    maps.request(reference, images)
    qtbot.waitUntil(lambda: not maps.busy)
    assert [key for key in images if maps.pyramid(key) is not None] == ["a", "b"]
    assert maps.error("c") == NO_ROOM
    maps.request(reference, {key: images[key] for key in "bc"})
    qtbot.waitUntil(lambda: maps.pyramid("c") is not None)
    assert maps.error("c") == ""


def test_landmarks_do_not_widen_the_range(qtbot: QtBot) -> None:
    reference = np.zeros((32, 32, 3), np.uint8)
    images = {"near": np.full_like(reference, 4), "truth": np.full_like(reference, 90)}
    maps = DifferenceMaps()
    maps.set_kind("absolute")

    maps.request(reference, images, {"truth"})
    qtbot.waitUntil(lambda: not maps.busy)
    assert maps.limit == 5
    maps.request(reference, {"truth": images["truth"]}, {"truth"})  # alone it has to
    qtbot.waitUntil(lambda: not maps.busy)
    assert maps.limit == 100


def test_the_range_does_not_shrink_when_an_image_goes(qtbot: QtBot) -> None:
    reference = np.zeros((32, 32, 3), np.uint8)
    images = {"near": np.full_like(reference, 4), "far": np.full_like(reference, 90)}
    maps = DifferenceMaps()
    maps.set_kind("absolute")
    maps.request(reference, images)
    qtbot.waitUntil(lambda: not maps.busy)
    assert maps.limit == 100
    maps.request(reference, {"near": images["near"]})
    qtbot.waitUntil(lambda: not maps.busy)
    assert maps.limit == 100


def test_nothing_is_never_minus_nothing() -> None:
    assert format_value(-0.01, KINDS["texture"]) == "+0.0 dB"
    assert format_value(-0.06, KINDS["texture"]) == "−0.1 dB"
