"""Every mode is drawn in both themes; with QDIT4SR_SCREENSHOTS=FOLDER the pictures are kept."""

import os
from pathlib import Path

import numpy as np
import pytest

from qdit4sr_gui.app import create_application
from qdit4sr_gui.photo_controller import pixels_of
from qdit4sr_gui.theme import apply_theme


@pytest.fixture
def folder(tmp_path):
    chosen = os.environ.get("QDIT4SR_SCREENSHOTS")
    path = Path(chosen) if chosen else tmp_path
    path.mkdir(parents=True, exist_ok=True)
    return path


def picture(window, path):
    shot = window.grab().toImage()
    assert shot.save(str(path))
    return pixels_of(shot)


def test_every_mode_in_both_themes(window, run, qtbot, folder):
    window.hint.hide()
    picture(window, folder / "dark-start.png")
    run(window)
    window.regions.add(100, 60, 96, 64)
    qtbot.waitUntil(lambda: not window.measure.busy and not window.plots_panel.busy, timeout=20000)
    brightness = {}
    for theme in ("dark", "light"):
        apply_theme(create_application(), theme)
        seen = []
        for mode in ("grid", "wipe", "blink", "difference"):
            window.set_mode(mode)
            qtbot.wait(200)
            shot = picture(window, folder / f"{theme}-{mode}.png")
            assert len(np.unique(shot.reshape(-1, 3), axis=0)) > 500
            assert all(not np.array_equal(shot, other) for other in seen)
            seen.append(shot)
        panel = pixels_of(window.measurements_panel.grab().toImage())
        brightness[theme] = float(panel.mean())
    assert brightness["dark"] < 80 < 200 < brightness["light"]


def test_numbers_follow_a_drag_within_fifty_milliseconds(window, run, qtbot):
    import time
    from dataclasses import replace

    run(window)
    window.regions.add(100, 60, 96, 64)
    qtbot.waitUntil(lambda: not window.measure.busy, timeout=20000)
    window.regions.begin_drag()
    taken = []
    for shift in range(1, 20):
        start = time.perf_counter()
        region = window.regions.regions[0]
        window.regions.update(0, replace(region, x=100 + shift))
        taken.append(time.perf_counter() - start)
    window.regions.end_drag()
    assert sorted(taken)[len(taken) // 2] < 0.05
