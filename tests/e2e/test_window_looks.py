"""Every mode is drawn in both themes; with QDIT4SR_SCREENSHOTS=FOLDER the pictures are kept."""

import os
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QScrollArea, QWidget

from qdit4sr_gui.app import create_application
from qdit4sr_gui.controllers.photos import pixels_of
from qdit4sr_gui.style.theme import apply_theme
from qdit4sr_gui.style.translation import install_language
from qdit4sr_gui.views.difference import KINDS
from qdit4sr_gui.window.docks import arrange

from .waiting import rest, wait_until

THEMES = ("dark", "light")


@pytest.fixture
def folder(tmp_path):
    chosen = os.environ.get("QDIT4SR_SCREENSHOTS")
    path = Path(chosen) if chosen else tmp_path
    path.mkdir(parents=True, exist_ok=True)
    return path


@pytest.fixture
def shoot(folder):
    """Draw a widget in both themes, keep the pictures, and check that they show something."""

    def shoot_it(widget, name, colours=200):
        shots = {}
        for theme in THEMES:
            apply_theme(create_application(), theme)
            rest(120)
            image = widget.grab().toImage()
            assert image.save(str(folder / f"{name}-{theme}.png"))
            shots[theme] = pixels_of(image)
            assert len(np.unique(shots[theme].reshape(-1, 3), axis=0)) > colours, f"{name} is blank"
        assert shots["dark"].mean() < shots["light"].mean(), f"{name} does not follow the theme"
        return shots

    return shoot_it


def quiet(window):
    def resting():
        busy = (window.runs.busy, window.measure.busy, window.plots_panel.busy, window.view.image_set.busy)
        return not any(busy) and not window.view.difference.maps.busy

    wait_until(resting, 90)
    rest(150)


def test_every_mode_in_both_themes(window, run, shoot):
    shoot(window, "start")
    run(window)
    window.regions.add(100, 60, 96, 64)
    window.regions.add(220, 150, 90, 80, "fur")
    quiet(window)
    brightness = {}
    modes = []
    for mode in ("grid", "wipe", "blink", "difference"):
        window.view.set_mode(mode)
        quiet(window)
        modes.append(shoot(window, mode))
    for shots in modes[1:]:
        assert not np.array_equal(shots["dark"], modes[0]["dark"])
    for theme in THEMES:
        apply_theme(create_application(), theme)
        rest(100)
        brightness[theme] = float(pixels_of(window.measurements_panel.grab().toImage()).mean())
    assert brightness["dark"] < 80 < 200 < brightness["light"]


def test_every_kind_of_difference(window, run, shoot):
    run(window)
    window.view.set_mode("difference")
    seen = set()
    for kind in ("texture", "signed", "absolute", "squared", "ssim"):
        window.view.difference.set_kind(kind)
        quiet(window)
        seen.add(shoot(window.view, f"difference-{kind}", colours=20)["dark"].tobytes())
    assert len(seen) == 5


def test_a_run_with_its_preview_and_progress(window, shoot):
    window.action_set.trigger("run")
    wait_until(
        lambda: window.view.image_set.preview(window.runs.running_spec) is not None or not window.runs.running
    )
    shoot(window, "running")
    wait_until(lambda: not window.runs.running)


def test_five_panes_and_values_in_pixels(window, run, shoot):
    run(window)
    window.action_set.trigger("show_truth")
    quiet(window)
    assert len(window.view.images) == 5
    shoot(window, "five-panes")
    window.view.set_scale(32.0)
    window.action_set.trigger("loupe")
    rest(200)
    shoot(window, "values")


def test_the_empty_window(window, shoot):
    window.photos.remove([window.workspace.current])
    window.hint.hide()
    shoot(window, "empty", colours=60)


def test_plots_and_inspector(window, run, shoot):
    run(window)
    for number in range(window.plots_panel.kind.count()):
        window.plots_panel.kind.setCurrentIndex(number)
        quiet(window)
        shoot(window.plots_panel, f"plot-{window.plots_panel.kind.currentData()}", colours=30)
    panel = window.inspector_panel
    window.docks["inspector"].raise_()
    panel.variant.setCurrentIndex(panel.variant.findData("q-dit4sr-w4a4"))
    QTest.mouseClick(panel.button, Qt.MouseButton.LeftButton)
    wait_until(lambda: panel.grid.layers != ())
    QTest.keyClick(panel.grid, Qt.Key.Key_Down)
    wait_until(lambda: len(panel.plot._data.series) == 3)
    for number in range(panel.tabs.count()):
        panel.tabs.setCurrentIndex(number)
        rest(100)
        shoot(panel, f"inspector-{number}", colours=20)


def test_dialogs(window, run, shoot):
    run(window)
    for command in ("preferences", "export_figure", "shortcuts"):
        window.action_set.trigger(command)
        (dialog,) = (w for w in QApplication.topLevelWidgets() if isinstance(w, QDialog) and w.isVisible())
        if command == "export_figure":
            wait_until(lambda dialog=dialog: not dialog.preview.pixmap().isNull())
        for number in range(dialog.tabs.count()) if command == "preferences" else (0,):
            if command == "preferences":
                dialog.tabs.setCurrentIndex(number)
            shoot(dialog, f"{command}-{number}", colours=20)
        dialog.reject()
    window.action_set.trigger("palette")
    rest(100)
    shoot(window, "palette")


def test_the_chinese_window(window, run, shoot):
    from qdit4sr_gui.window.main_window import MainWindow

    application = create_application()
    install_language(application, "zh")
    try:
        chinese = MainWindow(load_model=lambda *given: None, store=window.store)
        titles = [dock.windowTitle() for dock in chinese.docks.values()]
        assert all(ord(letter) > 0x2E7F for title in titles for letter in title)
        texts = [action.iconText() for action in chinese.toolbar.actions() if action.iconText()]
        assert [text for text in texts if text.isascii() and "%" not in text] == []
        chinese.resize(1280, 800)
        shoot(chinese, "chinese")
        chinese.close()
    finally:
        install_language(application, "en")


def test_the_window_fits_a_small_screen(window):
    window.resize(1024, 640)
    rest(50)
    assert window.width() <= 1024
    assert window.height() <= 640


def test_no_dock_scrolls_sideways_on_a_screen_of_large_scale(window):
    """960 x 540 logical pixels: 1920 x 1080 at scale 2."""
    window.resize(960, 500)
    rest(50)
    assert (window.width(), window.height()) == (960, 500)
    for name, dock in window.docks.items():
        dock.raise_()
        rest(20)
        if isinstance(dock.widget(), QScrollArea):
            assert dock.widget().horizontalScrollBar().maximum() == 0, name
    window.view.set_mode("difference")
    for kind in KINDS:
        window.view.difference.set_kind(kind)
        rest(50)
        assert window.width() == 960, kind
        controls = window.view.difference.controls
        shown = [widget for widget in controls.findChildren(QWidget) if widget.isVisible()]
        assert all(widget.geometry().right() < widget.parentWidget().width() for widget in shown), kind


def test_no_scroll_area_lies_in_another(window):
    for dock in window.docks.values():
        for area in dock.findChildren(QScrollArea):
            inner = [one for one in area.findChildren(QScrollArea) if one is not area]
            assert inner == [], dock.windowTitle()


def test_every_number_is_seen_on_a_laptop(window, run):
    """1280 x 720 logical pixels: 1920 x 1080 at scale 1.5."""
    run(window)
    window.regions.add(100, 60, 96, 64)
    window.resize(1280, 720)
    arrange(window, window.docks)
    quiet(window)
    tree = window.measurements_panel.tree
    assert tree.columnCount() == 6
    assert sum(tree.columnWidth(column) for column in range(6)) <= tree.viewport().width()


def test_numbers_follow_a_drag_within_fifty_milliseconds(window, run):
    run(window)
    window.regions.add(100, 60, 96, 64)
    quiet(window)
    window.regions.begin_drag()
    taken = []
    for shift in range(1, 20):
        start = time.perf_counter()
        region = window.regions.regions[0]
        window.regions.update(0, replace(region, x=100 + shift))
        taken.append(time.perf_counter() - start)
    window.regions.end_drag()
    assert sorted(taken)[len(taken) // 2] < 0.05


def test_a_window_made_larger_again_gives_its_docks_back_what_it_took(window, qtbot):
    docks = [window.docks[name] for name in ("queue", "measurements")]

    def widths():
        return [dock.width() for dock in docks]

    def sized(width):
        window.resize(width, 700)
        rest(100)
        return widths()

    sized(1440)
    arrange(window, window.docks)
    before = sized(1440)
    assert sized(1024)[1] < before[1]
    assert sized(1440) == before

    sized(1024)
    window.resizeDocks([docks[1]], [270], Qt.Orientation.Horizontal)  # by hand
    rest(50)
    by_hand = docks[1].width()
    assert sized(1440) == [before[0], by_hand]
    assert by_hand < before[1]


@pytest.mark.parametrize(("width", "height"), [(1024, 700), (960, 600)])
def test_a_small_window_leaves_half_of_its_width_to_the_panes(window, width, height):
    """Also after it was a large one; 960 x 600 is 1440 x 900 at scale 1.5."""
    window.resize(1600, 860)
    arrange(window, window.docks)
    rest(50)
    window.resize(width, height)
    window.place_bar.say("RTN W4A4 adds 6.7 dB of false grain here; SVDQuant W4A4 adds 0.1 dB. " * 2, 1, 12)
    rest(100)
    assert window.view.width() >= 0.49 * width
    assert window.place_bar.height() <= 90
    assert window.hint.height() <= 90
