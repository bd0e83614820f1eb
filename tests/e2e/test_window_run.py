"""A user runs the variants, watches, cancels, reruns, and meets failures."""

import subprocess
import sys

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent

from qdit4sr_core.errors import VariantError
from qdit4sr_gui.state.presets import BUILT_IN_PRESETS


def drop(widget, *paths):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    event = QDropEvent(
        QPointF(widget.rect().center()),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    widget.dropEvent(event)


def photo(path, side=24, seed=0):
    rng = np.random.default_rng(seed)
    Image.fromarray(rng.integers(0, 255, (side, side, 3), np.uint8)).save(path)
    return path


def finished(window):
    current = window.workspace.photo()
    return [spec for spec in window.workspace.specs if window.workspace.pixels(current, spec) is not None]


def test_a_first_start_ticks_the_first_preset(qtbot, store, tiny_model):
    from qdit4sr_gui.window.main_window import MainWindow

    store.save_variants(())
    window = MainWindow(load_model=lambda choice, progress, cancelled: tiny_model, store=store)
    assert window.workspace.specs == BUILT_IN_PRESETS[0].specs
    window.close()


def test_the_sample_is_ready_and_its_results_stand_side_by_side(window, run):
    assert window.workspace.photo().name == "raccoon"
    run(window)
    assert finished(window) == ["fp", "rtn-w4a4", "q-dit4sr-w4a4"]
    shown = {image.key: image.pixels for image in window.view.images}
    height, width = window.workspace.photo().image.pixels.shape[:2]
    assert all(shown[spec].shape == (4 * height, 4 * width, 3) for spec in finished(window))
    assert "3" in window.queue_panel._list.item(0).text().splitlines()[-1]
    assert not window.action_set["run"].isEnabled()


def test_dropping_a_photo_shows_it_and_its_three_results(window, run, qtbot, tmp_path):
    drop(window.view.grid.panes[0], photo(tmp_path / "mine.png"))
    qtbot.waitUntil(lambda: window.workspace.photo().name == "mine.png")
    run(window)
    assert len(finished(window)) == 3
    assert window.store.recent_files() == [tmp_path / "mine.png"]


def test_a_folder_brings_every_photo_in_it(window, qtbot, tmp_path):
    for name in ("b.png", "a.jpg"):
        photo(tmp_path / name)
    (tmp_path / "notes.txt").write_text("no image")
    drop(window.queue_panel._list, tmp_path)
    qtbot.waitUntil(lambda: len(window.workspace.photos) == 3)
    assert [p.name for p in window.workspace.photos] == ["raccoon", "a.jpg", "b.png"]
    assert window.failures == []


def test_progress_tells_step_and_time_left(window, run):
    seen = []
    window.runs.progressed.connect(lambda progress: seen.append(window.status_panel.job.text()))
    run(window)
    assert any("step 3 of 3" in text for text in seen)
    assert any(text.endswith(" left") for text in seen)
    assert window.status_panel.job.text() == "Ready"


def test_cancel_keeps_what_is_finished_and_a_rerun_computes_only_the_rest(window, run, qtbot):

    def stop(_photo):
        if finished(window):
            window.runs.cancel()

    window.workspace.results_changed.connect(stop)
    window.action_set.trigger("run")
    qtbot.waitUntil(lambda: not window.runs.running, timeout=60000)
    first = finished(window)
    assert 1 <= len(first) < 3
    window.workspace.results_changed.disconnect(stop)
    kept = window.workspace.pixels(window.workspace.photo(), "fp")
    run(window)
    assert len(finished(window)) == 3
    assert window.workspace.pixels(window.workspace.photo(), "fp") is kept


def test_a_result_is_computed_once_for_the_same_photo(window, run, qtbot):
    run(window)
    started = []
    window.runs.stateChanged.connect(
        lambda: window.runs.running_spec and started.append(window.runs.running_spec)
    )
    window.variants_panel.set_specs(("fp", "rtn-w4a4", "rtn-w8a8"))
    run(window)
    assert set(started) == {"rtn-w8a8"}


def test_a_failing_variant_does_not_take_the_others_down(window, run, monkeypatch):
    import qdit4sr_core.quantize as rooms

    real = rooms.quantize

    def broken(model, config, *args, **kwargs):
        if type(config).__name__ == "RTN":
            raise VariantError("This variant is broken on purpose.")
        return real(model, config, *args, **kwargs)

    monkeypatch.setattr(rooms, "quantize", broken)
    window.variants_panel.set_specs(("fp", "rtn-w7a7", "q-dit4sr-w4a4"))
    run(window)
    assert finished(window) == ["fp", "q-dit4sr-w4a4"]
    errors = {image.key: image.error for image in window.view.images if image.error}
    assert errors == {"rtn-w7a7": "This variant is broken on purpose."}


def test_an_impossible_variant_says_so_in_its_pane(window, run):
    window.variants_panel.set_specs(("fp", "no-such-method-w4a4"))
    run(window)
    assert finished(window) == ["fp"]
    error = next(image.error for image in window.view.images if image.key == "no-such-method-w4a4")
    assert "rtn" in error


@pytest.mark.parametrize("content", [b"", b"not an image", b"\x89PNG\r\n\x1a\n truncated"])
def test_bad_files_show_one_sentence(window, qtbot, tmp_path, content):
    bad = tmp_path / "bad.png"
    bad.write_bytes(content)
    drop(window.view.grid.panes[0], bad)
    qtbot.waitUntil(lambda: window.failures != [])
    assert len(window.failures) == 1
    assert "bad.png" in window.failures[0]
    assert "\n" not in window.failures[0]
    assert len(window.workspace.photos) == 1


def test_closing_while_it_runs_ends_the_work(window, qtbot):
    window.action_set.trigger("run")
    qtbot.waitUntil(lambda: window.runs.running_spec != "", timeout=30000)
    window.close()
    assert window.runs.close()
    assert not window.isVisible()


def test_a_paused_queue_waits(window, qtbot, tmp_path):
    window.action_set.trigger("pause")
    window.action_set.trigger("run")
    assert window.runs.waiting_photos() == [window.workspace.current]
    assert "waiting" in window.queue_panel._list.item(0).text()
    window.action_set.trigger("cancel")
    assert window.runs.waiting_photos() == []


def test_a_ground_truth_dropped_on_its_photo_is_paired(window, qtbot, tmp_path):
    small, large = photo(tmp_path / "lr.png", 24), photo(tmp_path / "hr.png", 96, 1)
    wrong = photo(tmp_path / "wrong.png", 50)
    window.photos.offer([small])
    qtbot.waitUntil(lambda: window.workspace.photo().name == "lr.png")
    window.photos.set_reference(window.workspace.current, wrong)
    qtbot.waitUntil(lambda: window.failures != [])
    assert "50 x 50" in window.failures[0]
    window.queue_panel.referenceDropped.emit(window.workspace.current, large)
    qtbot.waitUntil(lambda: window.workspace.photo().reference is not None)
    assert window.workspace.photo().reference.pixels.shape == (96, 96, 3)


def test_a_broken_model_is_reported_and_the_window_lives(qtbot, store, monkeypatch):
    from qdit4sr_core.errors import CheckpointError
    from qdit4sr_gui.window.main_window import MainWindow

    failures = []
    monkeypatch.setattr("qdit4sr_gui.window.questions.show_failure_box", lambda w, s, d: failures.append(s))

    def load(choice, progress, cancelled):
        raise CheckpointError("The model folder is empty.")

    window = MainWindow(load_model=load, store=store)
    window.show()
    qtbot.waitUntil(lambda: failures == ["The model folder is empty."], timeout=30000)
    window.close()


def test_the_window_comes_before_torch(tmp_path):
    code = f"""
import sys
from PySide6.QtCore import QSettings
from qdit4sr_gui.app import create_application
from qdit4sr_gui.window.main_window import MainWindow
from qdit4sr_gui.window.settings import SettingsStore
create_application()
store = SettingsStore(QSettings({str(tmp_path / "s.ini")!r}, QSettings.Format.IniFormat))
window = MainWindow(store=store)
window.show()
print(sorted({{"torch", "matplotlib", "pyiqa", "scipy"}} & set(sys.modules)))
window.close()
"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.strip() == "[]"
