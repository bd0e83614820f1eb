import csv
import dataclasses
import io
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

from qdit4sr_core.errors import OutputError
from qdit4sr_core.evaluate import Evaluation, EvaluationPlan, columns_for, summarize
from qdit4sr_core.images import save_png
from qdit4sr_core.report import (
    html,
    images_csv,
    json_text,
    latex,
    markdown,
    means_csv,
    terminal_text,
    write_report,
)
from qdit4sr_core.report.notes import settings_line

PSNR = {
    "fp": [float("inf")] * 8,
    "bicubic": [24.0, 25.0],
    "rtn-w4a4": [27.0, 28.0],
    "q-dit4sr-w4a4": [31.0, 33.0],
}


@pytest.fixture
def evaluation(tmp_path: Path) -> Evaluation:
    """Eight images with made-up numbers: the second value of each variant alternates with the first."""
    plan = EvaluationPlan(tuple(PSNR), ("psnr", "ssim"), crop=16)
    names = [f"photo_{i}" for i in range(8)]
    result = Evaluation(
        tmp_path, plan, columns_for(plan.metrics, True), {"plan": plan.to_dict(), "model": "m"}, ()
    )
    records = []
    for i, name in enumerate(names):
        variants = {}
        for key, values in PSNR.items():
            number = values[i % len(values)] + (0 if key == "fp" else 0.01 * i)
            variants[key] = {
                "label": key.upper().replace("_", "-") + (" (x_y & 5 %)" if key == "rtn-w4a4" else ""),
                "kind": key if key in ("fp", "bicubic") else "method",
                "error": None,
                "simulated": key not in ("fp", "bicubic"),
                "values": {"psnr_fp": number, "psnr_hr": 25 + 0.1 * i, "ssim_fp": 0.8, "seconds": 1.5},
                "reasons": {"ssim_hr": "n/a: region under 11 px"},
            }
            if key not in ("fp", "bicubic"):
                variants[key] |= {"worst_region": [4, 8, 16, 16], "worst_loss": -3.0 - i}
                variants[key]["values"]["bits"] = 4.25
            save = np.full((32, 40, 3), 20 * i, np.uint8)
            path = result.picture(name, key)
            path.parent.mkdir(parents=True, exist_ok=True)
            save_png(save, path)
        records.append({"image": name, "settings": {"steps": 2, "seed": i}, "variants": variants})
    return dataclasses.replace(result, records=tuple(records))


def test_markdown_marks_the_best(evaluation: Evaluation) -> None:
    text = markdown(evaluation, summarize(evaluation))
    rows = {line.split("|")[1].strip(): line for line in text.splitlines() if line.startswith("|")}
    assert "PSNR to FP ↑ (dB)" in text
    assert rows["FP"].split("|")[2].strip() == "∞"
    assert re.search(r"\*\*32\.0\d\*\* \[31\.\d+, 32\.\d+\]", rows["Q-DIT4SR-W4A4"])
    assert re.search(r"\| 27\.5\d \[", rows["RTN-W4A4 (x\\_y & 5 %)"])  # of two the other is no second
    assert "**" not in rows["BICUBIC"].split("|")[2]
    assert "1.50†" in rows["Q-DIT4SR-W4A4"]
    assert "region under 11 px" in text
    assert "simulated in floating point" in text


def test_the_second_best_of_three_is_marked(
    monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    monkeypatch.setitem(PSNR, "svdquant-w4a4", [29.0, 30.0])
    evaluation: Evaluation = request.getfixturevalue("evaluation")
    summary = summarize(evaluation)
    row = next(r for r in markdown(evaluation, summary).splitlines() if r.startswith("| SVDQUANT-W4A4"))
    assert re.search(r"\| \*29\.5\d\* \[", row)
    assert re.search(r"\\underline\{29\.5\d\}", latex(evaluation, summary))


def test_markdown_tells_wins_and_the_test(evaluation: Evaluation) -> None:
    text = markdown(evaluation, summarize(evaluation))
    line = next(x for x in text.splitlines() if x.startswith("| PSNR (full precision) | Q-DIT4SR-W4A4"))
    cells = [cell.strip() for cell in line.strip("|").split("|")]
    assert cells[3:5] == ["8–0–0", "+4.50"]
    assert float(cells[5]) < 0.05


def test_latex_is_balanced_and_escaped(evaluation: Evaluation) -> None:
    text = latex(evaluation, summarize(evaluation))
    assert text.count("{") - text.count(r"\{") == text.count("}") - text.count(r"\}")
    assert r"RTN-W4A4 (x\_y \& 5 \%)" in text
    assert re.search(r"\\textbf\{32\.0\d\}", text)
    assert r"\underline{" not in text
    for rule in (r"\toprule", r"\midrule", r"\bottomrule", r"\cmidrule(lr){2-3}"):
        assert rule in text
    body = [line for line in text.splitlines() if line.endswith(r"\\")]
    assert {len(re.findall(r"(?<!\\)&", line)) for line in body[1:]} == {14}
    assert text.isascii()


def test_csv_holds_every_number(evaluation: Evaluation) -> None:
    rows = list(csv.DictReader(io.StringIO(images_csv(evaluation))))
    assert len(rows) == 8 * 4
    assert rows[0]["psnr_fp"] == "inf"
    assert rows[0]["ssim_hr"] == ""
    assert float(rows[3]["psnr_fp"]) == 31.0
    means = list(csv.DictReader(io.StringIO(means_csv(summarize(evaluation)))))
    best = next(r for r in means if r["variant"] == "q-dit4sr-w4a4" and r["column"] == "psnr_fp")
    assert float(best["mean"]) == pytest.approx(32.035)
    assert (best["images"], best["rank"]) == ("8", "1")


def test_json_is_strict_and_complete(evaluation: Evaluation) -> None:
    def refuse(name: str) -> None:
        raise AssertionError(name)

    document = json.loads(json_text(evaluation, summarize(evaluation)), parse_constant=refuse)
    assert document["images"][0]["variants"]["fp"]["values"]["psnr_fp"] == "inf"
    assert document["best_baseline"]["psnr_fp"] == "rtn-w4a4"
    assert document["against_best_baseline"]["psnr_fp"][0]["wins"] == 8


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.images: list[str] = []
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs) -> None:
        values = dict(attrs)
        if tag == "img":
            self.images.append(values["src"])
        elif tag not in ("meta", "link"):
            self.open.append(tag)
        self.addresses += [values[a] for a in ("src", "href") if values.get(a)]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_page_is_well_formed_and_needs_nothing_else(evaluation: Evaluation) -> None:
    text = html(evaluation, summarize(evaluation))
    page = _Page()
    page.feed(text)
    assert page.open == []
    assert len(page.images) == 8 * (4 + 4)
    assert all(address.startswith("data:image/") for address in page.addresses)
    assert text.index("photo_7") < text.index("photo_0")
    assert "crop at 4,8,16,16" in text
    assert "+0.0 dB" in text


def test_every_form_is_written(evaluation: Evaluation) -> None:
    paths = write_report(evaluation)
    assert sorted(paths) == [
        "images.csv",
        "means.csv",
        "report.html",
        "results.json",
        "table.md",
        "table.tex",
        "tradeoff.pdf",
    ]
    assert all(path.stat().st_size > 100 for path in paths.values())
    assert not list(evaluation.folder.glob("*.part"))
    with pytest.raises(OutputError, match="no finished image"):
        write_report(dataclasses.replace(evaluation, records=()))


def test_a_variant_that_failed_is_named(evaluation: Evaluation) -> None:
    broken = json.loads(json.dumps(evaluation.records))
    entry = broken[2]["variants"]["rtn-w4a4"]
    entry.update(error="It broke.", values={}, reasons={})
    del entry["worst_region"], entry["worst_loss"]
    changed = dataclasses.replace(evaluation, records=tuple(broken))
    summary = summarize(changed)
    assert "failed on 1 of 8 images; on photo\\_2: It broke." in markdown(changed, summary)
    assert "It broke." in html(changed, summary)
    assert summary.rows[2].cells["psnr_fp"].mean.count == 7


def _of_one_image(evaluation: Evaluation) -> Evaluation:
    return dataclasses.replace(evaluation, records=evaluation.records[1:2])


def test_one_image_has_no_interval_and_none_is_spoken_of(evaluation: Evaluation) -> None:
    one = _of_one_image(evaluation)
    for write in (markdown, html, latex, terminal_text):
        assert "bootstrap" not in write(one, summarize(one))
    assert "Values of 1 image." in markdown(one, summarize(one))
    assert "Means over 8 images, with the 95 % bootstrap interval" in markdown(
        evaluation, summarize(evaluation)
    )
    assert "bootstrap" not in latex(evaluation, summarize(evaluation))  # it shows no intervals


def test_a_terminal_shows_names_as_they_are(evaluation: Evaluation) -> None:
    summary = summarize(evaluation)
    assert "| RTN-W4A4 (x_y & 5 %) |" in terminal_text(evaluation, summary)
    assert "\\" not in terminal_text(evaluation, summary)
    assert r"| RTN-W4A4 (x\_y & 5 %) |" in markdown(evaluation, summary)


def test_the_seed_of_the_noise_is_told_so_that_a_comparison_can_repeat_it(evaluation: Evaluation) -> None:
    one = _of_one_image(evaluation)
    assert "seed 1, made of the base seed 0 and the image's name" in settings_line(one)
    assert "`compare --seed 1` gives the same pictures" in settings_line(one)
    assert "each image has a seed of its own, made of the base seed 0" in settings_line(evaluation)
    first = dataclasses.replace(evaluation, records=evaluation.records[:1])
    assert "; seed 0. Model" in settings_line(first)
