"""An engineer chooses a bit width: the table over photos, the plot, and all that leaves the program."""

import csv
import json
from pathlib import Path

import pytest
from PIL import Image, ImageSequence

from qdit4sr_gui.window.docks import arrange

from .test_window_run import photo
from .waiting import rest, wait_until


@pytest.fixture
def two_photos(window, tmp_path):
    """The window with two photos, both run."""
    window.photos.remove_all()
    window.photos.open_paths([photo(tmp_path / f"{side}.png", side, side) for side in (32, 40)])
    wait_until(lambda: len(window.workspace.photos) == 2)
    window.variants_panel.set_specs(("fp", "rtn-w4a4", "rtn-w8a8"))
    window.action_set.trigger("run_all")
    wait_until(lambda: not window.runs.running)
    return window


def summary_of(window):
    window.docks["summary"].raise_()
    window.summary.set_wanted(True)
    wait_until(lambda: not window.summary.busy)
    return window.summary_panel


def test_the_summary_tells_cost_and_damage_of_every_variant_over_photos(two_photos):
    panel = summary_of(two_photos)
    heads = [panel.table.horizontalHeaderItem(c).text() for c in range(panel.table.columnCount())]
    heads = [head.replace("/\n", "/").replace("\n", " ") for head in heads]
    assert heads[0] == "Variant"
    first = [h.split(" (")[0].split(" ")[0] for h in heads[1:]]
    assert first[0] == "PSNR"
    assert [head[:12] for head in heads[2:4]] == ["Texture lost", "Texture adde"]
    assert first[5:7] == ["Size", "Time"]
    assert {"W", "A", "Bits/block"} <= set(first[7:])
    assert panel.table.rowCount() == len(two_photos.workspace.specs)
    assert "2 photos" in panel.head.text()
    size = next(n for n, head in enumerate(heads) if head.startswith("Size"))
    panel.table.sortItems(size)
    sizes = [float(panel.table.item(row, size).text()) for row in range(panel.table.rowCount())]
    assert sizes == sorted(sizes)
    assert {point.key for point in panel.plot._points} <= set(two_photos.workspace.specs) - {"fp"}
    assert panel.plot._points


def test_each_row_says_of_how_many_photos_it_is_while_they_differ(two_photos):
    two_photos.variants_panel.add_spec("rtn-w2a4")
    two_photos.action_set.trigger("run")
    wait_until(lambda: not two_photos.runs.running)
    panel = summary_of(two_photos)
    assert panel.table.horizontalHeaderItem(1).text() == "Photos"
    assert "“Photos” says how many of 2" in panel.head.text()
    rows = {panel.table.item(r, 0).data(0x0100): panel.table.item(r, 1).text() for r in range(4)}
    assert rows == {"fp": "2", "rtn-w4a4": "2", "rtn-w8a8": "2", "rtn-w2a4": "1"}
    two_photos.action_set.trigger("run_all")
    wait_until(lambda: not two_photos.runs.running)
    assert summary_of(two_photos).table.horizontalHeaderItem(1).text() != "Photos"
    assert "means over 2 photos" in panel.head.text()


def test_a_click_in_the_summary_selects_the_pane(two_photos):
    panel = summary_of(two_photos)
    panel.table.selectRow(1)
    key = panel.table.item(1, 0).data(0x0100)
    assert two_photos.view.selected == key


def test_everything_goes_into_files(two_photos, tmp_path, monkeypatch):
    sharing, done = two_photos.controllers.sharing, []
    monkeypatch.setattr(two_photos.ask, "saved", lambda text, path: done.append(path))
    for name in ("s.csv", "s.md", "s.tex", "s.json"):
        sharing.save_summary(tmp_path / name)
    sharing.save_tradeoff(tmp_path / "t.svg")
    sharing.save_page(tmp_path / "page.html")
    two_photos.regions.add(0, 0, 24, 24)
    sharing.save_animation(tmp_path / "blink.gif")
    (tmp_path / "all").mkdir()
    sharing.save_everything(tmp_path / "all", ".webp")
    wait_until(lambda: len(done) == 8 or two_photos.failures)
    assert two_photos.failures == []
    rows = list(csv.DictReader((tmp_path / "s.csv").open(encoding="utf-8")))
    assert {row["images"] for row in rows if row["column"] == "megabytes"} == {"2"}
    assert len(json.loads((tmp_path / "s.json").read_text(encoding="utf-8"))["images"]) == 2
    assert (tmp_path / "page.html").read_text(encoding="utf-8").count("data:image/webp") >= 8
    specs = two_photos.workspace.specs
    with Image.open(tmp_path / "blink.gif") as blink:
        assert len(list(ImageSequence.Iterator(blink))) >= len(specs)
    assert len(list((tmp_path / "all").iterdir())) == 2 * len(specs)


def test_the_way_to_the_folder_is_offered(two_photos, tmp_path, monkeypatch):
    opened: list[Path] = []
    monkeypatch.setattr(
        "qdit4sr_gui.window.questions.QDesktopServices.openUrl",
        lambda url: opened.append(Path(url.toLocalFile())) or len(opened) < 3,
    )
    two_photos.exports.save_table(tmp_path / "table.csv")
    wait_until(lambda: two_photos.status_panel.act.isVisible())
    two_photos.status_panel.act.click()
    assert opened == [tmp_path]
    two_photos.action_set.trigger("show_in_folder")
    assert opened == [tmp_path, tmp_path]
    two_photos.action_set.trigger("show_in_folder")  # where no file browser is installed
    assert str(tmp_path) in two_photos.status_panel.currentMessage()


def test_damage_is_seen_at_first_and_the_table_is_as_high_as_its_rows(two_photos):
    two_photos.resize(1440, 870)
    arrange(two_photos, two_photos.docks)
    panel = summary_of(two_photos)
    table = panel.table
    rest(100)
    seen = [
        table.horizontalHeaderItem(column).text().split()[0]
        for column in range(table.columnCount())
        if table.columnViewportPosition(column) + table.columnWidth(column) <= table.viewport().width()
    ]
    assert seen[:5] == ["Variant", "PSNR", "Texture", "Texture", "SSIM"]
    last = table.rowCount() - 1
    assert table.viewport().height() == table.rowViewportPosition(last) + table.rowHeight(last)
    assert two_photos.docks["summary"].widget().verticalScrollBar().maximum() == 0
    assert panel.plot.height() >= panel.plot.sizeHint().height()
