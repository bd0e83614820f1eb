"""Trouble of files and systems meets the window: the work goes on, one sentence tells, nothing is lost."""

import os
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QByteArray, QMimeData, QUrl
from PySide6.QtGui import QColor, QImage, QStatusTipEvent
from PySide6.QtWidgets import QApplication, QStatusBar

from qdit4sr_core.errors import OutputError
from qdit4sr_core.pairing import SUFFIXES
from qdit4sr_gui.state.result_store import ResultStore
from qdit4sr_gui.widgets.file_drops import local_files
from qdit4sr_gui.window.last_defence import UncaughtErrors

from .waiting import rest, wait_until


def _photo(path: Path, side: int = 16, seed: int = 0) -> Path:
    pixels = np.random.default_rng(seed).integers(0, 256, (side, side, 3), np.uint8)
    Image.fromarray(pixels).save(path)
    return path


def _open(window, *paths: Path) -> list[str]:
    window.photos.offer(list(paths))
    wait_until(lambda: not window.tasks.busy)
    return [photo.name for photo in window.workspace.photos][1:]


def _flat(width: int, height: int) -> QMimeData:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor(0, 0, 0))
    data = QMimeData()
    data.setImageData(image)
    return data


def test_a_pasted_offer_without_a_picture_is_told_and_equal_bytes_of_other_shape_are_another(window) -> None:
    empty = QMimeData()
    empty.setImageData(QImage())
    wrong = QMimeData()
    wrong.setData("application/x-qt-image", QByteArray(b"no picture"))
    for data in (empty, wrong, QMimeData()):
        window.photos.open_clipboard(data)
    assert len(window.failures) == 3
    for size in ((8, 4), (4, 8), (8, 4)):
        window.photos.open_clipboard(_flat(*size))
    names = [photo.name for photo in window.workspace.photos][1:]
    assert names == ["Pasted picture", "Pasted picture 2"]


def test_pictures_of_a_screen_with_two_dots_a_pixel_keep_every_dot(window, tmp_path: Path) -> None:
    image = QImage(8, 6, QImage.Format.Format_RGB32)
    image.fill(QColor(10, 20, 30))
    image.setDevicePixelRatio(2)
    data = QMimeData()
    data.setImageData(image)
    window.photos.open_clipboard(data)
    pasted = window.workspace.photos[-1].image.pixels
    assert pasted.shape == (6, 8, 3)
    assert (pasted == (10, 20, 30)).all()
    assert window.view.grab_view().devicePixelRatio() == 1


def test_a_picture_with_indices_but_no_colours_is_grey(window) -> None:
    image = QImage(4, 4, QImage.Format.Format_Indexed8)
    image.fill(77)
    data = QMimeData()
    data.setImageData(image)
    window.photos.open_clipboard(data)
    assert (window.workspace.photos[-1].image.pixels == 77).all()


def test_a_folder_takes_every_photo_and_leaves_hidden_files(window, tmp_path: Path) -> None:
    _photo(tmp_path / "a.png")
    _photo(tmp_path / "b.gif")
    (tmp_path / "._a.png").write_bytes(b"x")
    assert _open(window, tmp_path) == ["a.png", "b.gif"]
    assert window.failures == []
    from qdit4sr_gui.commands.menus.file import image_filter

    assert all(f"*{suffix}" in image_filter() for suffix in SUFFIXES)


def test_one_bad_file_among_others_is_told_and_the_others_open(window, tmp_path: Path) -> None:
    good = _photo(tmp_path / "good.png")
    damaged = tmp_path / "damaged.png"
    damaged.write_bytes(good.read_bytes()[:200])
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    long = tmp_path / ("n" * 300)
    assert _open(window, damaged, tmp_path / "loop", long, good) == ["good.png"]
    (told,) = window.failures
    assert all(word in told for word in ("damaged.png", "loop", "too long"))


def test_ground_truths_pair_by_the_common_rule_and_what_does_not_fit_is_told(window, tmp_path: Path) -> None:
    lr, hr = tmp_path / "lr", tmp_path / "hr"
    lr.mkdir()
    hr.mkdir()
    for number, name in enumerate(("Canon_001_LR4", "two_LR4", "small_LR4")):
        _photo(lr / f"{name}.png", 16, number)
    _photo(hr / "Canon_001_HR.png", 64)
    _photo(hr / "two_HR.png", 64)
    _photo(hr / "two_GT.png", 64)
    _photo(hr / "small.png", 60)
    _open(window, lr)
    window.photos.pair_references(hr)
    wait_until(lambda: not window.tasks.busy)
    paired = {photo.name: photo.reference is not None for photo in window.workspace.photos[1:]}
    assert paired == {"Canon_001_LR4.png": True, "small_LR4.png": False, "two_LR4.png": False}
    (told,) = window.failures
    assert "two_GT.png, two_HR.png" in told
    assert "60 x 60" in told


def test_a_recent_photo_on_an_unreachable_place_stops_nothing(window, tmp_path, monkeypatch) -> None:
    good = _photo(tmp_path / "good & fine.png")
    window.store.remember_file(tmp_path / "gone.png")
    window.store.remember_file(good)
    real = Path.is_file

    def refuse(self: Path) -> bool:
        if self.name == "closed.png":
            raise PermissionError(13, "Permission denied", str(self))
        return real(self)

    window.store._backend.setValue("recent", f"{tmp_path}/closed.png\n{good}")
    monkeypatch.setattr(Path, "is_file", refuse)
    assert window.store.recent_files() == [good]
    assert window.store.last_folder() == str(tmp_path)
    window._fill_recent_menu()
    assert [action.text() for action in window.recent_menu.actions()] == ["good && fine.png"]
    odd = tmp_path / "a\nb\u2028c.png"
    _photo(odd)
    window.store.remember_file(odd)
    assert window.store.recent_files() == [odd, good]


def test_results_stay_when_the_disk_they_should_move_to_is_full(window, run, tmp_path, monkeypatch) -> None:
    def full(self: ResultStore, pixels: np.ndarray) -> Path:
        raise OutputError("Older results cannot be moved to the disk (No space left on device).")

    monkeypatch.setattr(ResultStore, "_write", full)
    window.workspace.store = ResultStore(1024)
    for number in (1, 2):
        _open(window, _photo(tmp_path / f"a{number}.png", 16, number))
        window.variants_panel.set_specs(("fp", "bicubic"))
        window.workspace.use_model(settings={"steps": 1})
        run(window)
    for photo in window.workspace.photos[1:]:
        assert window.workspace.done(photo) == 2
        assert window.workspace.pixels(photo, "bicubic") is not None
    assert len(window.failures) == 1
    assert "No space" in window.failures[0]


def test_names_offered_for_saving_hold_no_path_and_inputs_are_not_replaced(
    window, run, tmp_path, monkeypatch
) -> None:
    source = _photo(tmp_path / "p.png")
    (tmp_path / "res").mkdir()
    _photo(tmp_path / "res" / "p.png", 64)
    _open(window, source)
    made_elsewhere = f"images:{tmp_path}/res"
    window.variants_panel.set_specs(("bicubic", made_elsewhere))
    window.workspace.use_model(settings={"steps": 1})
    run(window)
    assert window.exports.unsaved_results
    offered: list[str] = []

    def choose(title: str, name: str, filters: str) -> Path:
        offered.append(name)
        return source

    monkeypatch.setattr(window.ask, "save_file", choose)
    window.view.select(made_elsewhere)
    before = source.read_bytes()
    for export in ("export_result", "export_view"):
        getattr(window.exports, export)()
        wait_until(lambda: not window.tasks.busy)
    assert offered == ["p-images_res.png", "p-view.png"]
    assert source.read_bytes() == before
    assert len(window.failures) == 2
    assert all("which is read" in told for told in window.failures)
    window.exports.save_session(tmp_path / "s.qdit4sr")
    wait_until(lambda: not window.tasks.busy)
    assert not window.exports.unsaved_results


def test_an_interrupt_asks_before_results_are_lost(window, run) -> None:
    window.variants_panel.set_specs(("bicubic",))
    run(window)
    window.answers.append(None)
    window.interrupt()
    assert "no session" in window.questions[-1]
    assert window.isVisible()
    window.interrupt()
    assert not window.isVisible()


def test_an_exception_that_nobody_caught_is_shown_once_with_details(qtbot) -> None:
    shown: list[tuple[str, str]] = []
    errors = UncaughtErrors(lambda sentence, details: shown.append((sentence, details)))
    try:

        def fail() -> None:
            raise RuntimeError("out of tune")

        for _ in range(2):
            try:
                fail()
            except RuntimeError:
                sys.excepthook(*sys.exc_info())  # what PySide does with an exception of a slot
        thread = threading.Thread(target=lambda: (_ for _ in ()).throw(PermissionError(13, "No", "/x")))
        thread.start()
        thread.join()
        rest(50)
    finally:
        errors.close()
    assert len(shown) == 2
    assert "out of tune" in shown[0][0]
    assert "Traceback" in shown[0][1]
    assert shown[1][0] == "/x could not be used: No."


@pytest.mark.skipif(os.name != "posix", reason="file names are bytes on Unix alone")
def test_a_dropped_file_whose_name_is_no_text_is_found(tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9 100%.png"))
    path.write_bytes(b"x")
    data = QMimeData()
    data.setUrls([QUrl.fromEncoded(b"file://" + os.fsencode(tmp_path) + b"/caf%E9%20100%25.png")])
    assert local_files(data) == [path]
    plain = QMimeData()
    plain.setUrls([QUrl.fromLocalFile("/x/a b#c?.png")])
    assert local_files(plain) == [Path("/x/a b#c?.png")]


def test_tips_of_commands_are_not_drawn_over_a_running_job(window) -> None:
    status = window.status_panel
    status.show_idle("Ready")
    QApplication.sendEvent(window, QStatusTipEvent("What it does"))
    assert status.job.text() == "What it does"
    QApplication.sendEvent(window, QStatusTipEvent(""))
    assert status.job.text() == "Ready"
    status.show_busy("Loading the model …")
    QApplication.sendEvent(window, QStatusTipEvent("What it does"))
    assert status.job.text() == "Loading the model …"
    assert QStatusBar.currentMessage(status) == ""  # Qt's own, which would lie over the job
    status.show_idle("Ready")
