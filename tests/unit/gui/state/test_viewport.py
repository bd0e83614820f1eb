"""The shared viewport."""

import pytest

from qdit4sr_gui.state.viewport import (
    MAXIMUM_SCALE,
    Drift,
    Viewport,
    fine_scale,
    fit,
    minimum_scale,
    snapped,
    stepped_scale,
)

CANVAS = (1024.0, 768.0)
PANE = (640.0, 480.0)


def test_canvas_and_device_are_inverse() -> None:
    view = Viewport(1.7, 300.3, 200.9)
    x, y = view.to_device(123.4, 567.8, PANE)
    assert view.to_canvas(x, y, PANE) == pytest.approx((123.4, 567.8))


def test_the_corner_lies_on_a_whole_device_pixel() -> None:
    assert all(isinstance(side, int) for side in Viewport(1.37, 101.3, 99.7).origin(PANE))


@pytest.mark.parametrize("scale", [0.1, 1.0, 7.3])
def test_zoom_keeps_the_point_under_the_cursor(scale: float) -> None:
    view = Viewport(0.8, 500, 400)
    before = view.to_canvas(100, 50, PANE)
    after = view.zoomed_about(scale, 100, 50, PANE).to_canvas(100, 50, PANE)
    # origins are rounded to device pixels, so half a device pixel at either scale is allowed
    assert after[0] == pytest.approx(before[0], abs=0.5 / 0.8 + 0.5 / scale)
    assert after[1] == pytest.approx(before[1], abs=0.5 / 0.8 + 0.5 / scale)


def test_zoom_there_and_back_does_not_drift() -> None:
    view = start = Viewport(0.8, 500.25, 400.5)
    for _ in range(50):
        view = view.zoomed_about(3.0, 17, 401, PANE).zoomed_about(0.8, 17, 401, PANE)
    assert (view.centre_x, view.centre_y) == pytest.approx((start.centre_x, start.centre_y))


def test_panning_follows_the_hand() -> None:
    view = Viewport(2.0, 300, 300)
    point = view.to_canvas(100, 100, PANE)
    assert view.panned(40, -20).to_device(*point, PANE) == (140, 80)


def test_fit_shows_all_and_centres() -> None:
    view = fit(CANVAS, PANE)
    assert view.to_device(0, 0, PANE) == (0, 0)
    assert view.to_device(*CANVAS, PANE) == (640, 480)


def test_fit_enlarges_small_canvases_by_powers_of_two() -> None:
    assert fit((100, 100), PANE).scale == 4.0
    assert fit((300, 300), PANE).scale == pytest.approx(1.6)


def test_clamp_centres_what_fits() -> None:
    view = Viewport(0.5, -900, 5000).clamped(CANVAS, PANE)
    assert (view.centre_x, view.centre_y) == (512, 384)


def test_clamp_leaves_no_empty_border_beside_a_picture_larger_than_the_pane() -> None:
    view = Viewport(4.0, -900, 5000).clamped(CANVAS, PANE)
    assert view.to_device(0, 0, PANE)[0] == 0
    assert view.to_device(*CANVAS, PANE)[1] == PANE[1]


def test_clamp_does_not_jump_when_the_canvas_just_outgrows_the_pane() -> None:
    just_over = PANE[0] / CANVAS[0] * 1.001
    assert Viewport(just_over, 9999, 384).clamped(CANVAS, PANE).centre_x == pytest.approx(512, abs=2)


def test_scale_limits() -> None:
    assert Viewport(1e9, 0, 0).clamped(CANVAS, PANE).scale == MAXIMUM_SCALE
    assert Viewport(1e-9, 0, 0).clamped(CANVAS, PANE).scale == minimum_scale(CANVAS, PANE)
    assert minimum_scale((50000, 50000), PANE) <= fit((50000, 50000), PANE).scale


def test_steps_land_on_powers_of_two_from_anywhere() -> None:
    scale = 0.2345
    seen = [scale := stepped_scale(scale, 1) for _ in range(8)]
    assert {0.25, 0.5, 1.0, 2.0} <= set(seen)
    assert stepped_scale(1.0, -2) == 0.5
    assert stepped_scale(stepped_scale(1.0, 1), -1) == pytest.approx(1.0)


def test_fine_steps_snap_near_powers_of_two() -> None:
    assert fine_scale(0.92, 1) == 1.0
    assert fine_scale(1.0, 0.1) == pytest.approx(2 ** (0.1 / 8))
    assert snapped(0.985) == 1.0
    assert snapped(1.3) == 1.3


def test_rescaling_keeps_the_sight() -> None:
    small = Viewport(4.0, 60, 40)
    large = small.rescaled(4.0)
    assert large == Viewport(1.0, 240, 160)
    assert small.to_device(10, 10, PANE) == large.to_device(40, 40, PANE)


def test_a_drift_is_what_one_pane_has_on_top_of_the_shared_view() -> None:
    shared, own = Viewport(2.0, 100.0, 80.0), Viewport(3.0, 90.0, 85.0)
    drift = Drift.between(shared, own)
    assert drift.added_to(shared) == own
    assert drift.taken_from(own) == shared
    moved = shared.panned(20, -10)
    assert drift.added_to(moved) == Viewport(3.0, moved.centre_x - 10, moved.centre_y + 5)
