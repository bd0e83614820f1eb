"""A user keeps the work: figures with text, tables, results, the view, sessions."""

import csv
import json

import numpy as np
import pytest
from PIL import Image
from PySide6.QtWidgets import QApplication

from qdit4sr_core.figures import FigureOptions


@pytest.fixture
def finished(window, run, qtbot):
    run(window)
    window.regions.add(100, 60, 64, 64)
    qtbot.waitUntil(lambda: not window.measure.busy, timeout=20000)
    return window


def wait_for(qtbot, window, path):
    qtbot.waitUntil(lambda: path.exists() and not window.tasks.busy, timeout=60000)
    assert window.failures == []


def test_a_pdf_figure_has_its_text(finished, qtbot, tmp_path):
    from pypdf import PdfReader

    path = tmp_path / "figure.pdf"
    finished.exports.save_figure(path, FigureOptions())
    wait_for(qtbot, finished, path)
    text = PdfReader(path).pages[0].extract_text()
    assert "Full precision" in text
    assert "PSNR" in text


def test_the_table_in_every_format(finished, qtbot, tmp_path):
    for ending in (".csv", ".md", ".tex", ".json"):
        path = tmp_path / f"table{ending}"
        finished.exports.save_table(path)
        wait_for(qtbot, finished, path)
    rows = list(csv.DictReader((tmp_path / "table.csv").open(encoding="utf-8")))
    labels = [finished.workspace.label(spec) for spec in finished.workspace.specs]
    assert [row["variant"] for row in rows[: len(labels)]] == labels
    shown = finished.measure.table.blocks[0].rows[1].cells["psnr"].value.value
    assert float(rows[1]["psnr"]) == shown
    values = json.loads((tmp_path / "table.json").read_text(encoding="utf-8"))["values"]
    assert {value["metric"] for value in values} == set(finished.measure.metrics)
    assert r"\toprule" in (tmp_path / "table.tex").read_text(encoding="utf-8")
    assert "| RTN W4A4 |" in (tmp_path / "table.md").read_text(encoding="utf-8")


def test_results_and_view_as_png(finished, qtbot, tmp_path):
    finished.exports.save_results(tmp_path)
    finished.exports.save_view(tmp_path / "view.png")
    wait_for(qtbot, finished, tmp_path / "view.png")
    saved = np.asarray(Image.open(tmp_path / "raccoon-rtn-w4a4.png"))
    assert np.array_equal(saved, finished.workspace.pixels(finished.workspace.photo(), "rtn-w4a4"))


def test_copying_puts_picture_and_table_on_the_clipboard(finished):
    finished.action_set.trigger("copy_view")
    assert not QApplication.clipboard().image().isNull()
    finished.action_set.trigger("copy_table")
    assert "RTN W4A4" in QApplication.clipboard().text()


def test_a_session_reopens_with_results_regions_and_view(finished, qtbot, tmp_path):
    window = finished
    window.view.set_mode("wipe")
    path = tmp_path / "work.qdit4sr"
    before = window.workspace.pixels(window.workspace.photo(), "q-dit4sr-w4a4").copy()
    window.exports.save_session(path)
    wait_for(qtbot, window, path)
    window.photos.remove([window.workspace.current])
    window.view.set_mode("grid")
    assert window.view.images == ()
    window.photos.offer([path])
    qtbot.waitUntil(lambda: window.workspace.photo() is not None, timeout=20000)
    assert window.view.mode == "wipe"
    assert [region.width for region in window.regions.regions] == [64]
    after = window.workspace.pixels(window.workspace.photo(), "q-dit4sr-w4a4")
    assert np.array_equal(before, after)
    assert not window.action_set["run"].isEnabled()


def test_an_unwritable_place_is_one_sentence(finished, qtbot, tmp_path):
    (tmp_path / "file").touch()
    finished.exports.save_table(tmp_path / "file" / "table.csv")
    qtbot.waitUntil(lambda: finished.failures != [])
    assert "could not be written" in finished.failures[0]


def test_a_damaged_session_is_one_sentence(window, qtbot, tmp_path):
    path = tmp_path / "bad.qdit4sr"
    path.write_bytes(b"nothing")
    window.photos.offer([path])
    qtbot.waitUntil(lambda: window.failures != [])
    assert "not a session" in window.failures[0]
