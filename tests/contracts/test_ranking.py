"""The window, an evaluation's report and a figure mark the same numbers as best and second best."""

from pathlib import Path

import numpy as np
import pytest

from qdit4sr_core.evaluate import Evaluation, EvaluationPlan, columns_for, summarize
from qdit4sr_core.figures.numbers import ranking, value_text
from qdit4sr_core.figures.panel import Panel
from qdit4sr_core.metrics.values import MetricValue
from qdit4sr_core.report.latex import latex
from qdit4sr_core.report.markdown import markdown
from qdit4sr_gui.state.measurement_table import Block, Cell, MeasurementTable, Row, ranked
from qdit4sr_gui.state.table_export import as_latex, as_markdown

CASES = {
    "two": [30.0, 31.0],
    "two alike": [30.0, 30.0],
    "alike as printed": [30.001, 30.004],
    "three": [30.0, 31.0, 29.5],
    "best twice": [31.0, 31.0, 30.0],
    "second twice": [31.0, 30.0, 30.0, 29.0],
    "one alone": [30.0],
}


def in_the_window(values: list[float]) -> list[int | None]:
    rows = [Row(str(i), str(i), {"psnr": Cell(MetricValue("psnr", v))}) for i, v in enumerate(values)]
    return [row.cells["psnr"].rank or None for row in ranked(rows)]


def in_a_figure(values: list[float]) -> list[int | None]:
    pixels = np.zeros((8, 8, 3), np.uint8)
    panels = [Panel(str(i), pixels, {"psnr": v}) for i, v in enumerate(values)]
    found = ranking(panels, "psnr", None)
    return [found.get(index) for index in range(len(values))]


def evaluation(values: list[float]) -> Evaluation:
    keys = [f"rtn-w{bits}a8" for bits in range(2, 2 + len(values))]
    variants = {
        key: {
            "label": key,
            "kind": "method",
            "values": {"psnr_fp": value},
            "reasons": {},
            "error": "",
            "simulated": True,
        }
        for key, value in zip(keys, values, strict=True)
    }
    plan = EvaluationPlan(tuple(keys), ("psnr",))
    records = ({"image": "a", "settings": {}, "variants": variants},)
    return Evaluation(Path("nowhere"), plan, columns_for(["psnr"], False), {"model": ""}, records)


def in_a_report(values: list[float]) -> list[int | None]:
    return [row.cells["psnr_fp"].rank for row in summarize(evaluation(values)).rows]


@pytest.mark.parametrize("values", CASES.values(), ids=CASES)
def test_best_and_second_best_agree(values):
    assert in_the_window(values) == in_a_figure(values) == in_a_report(values)


def test_two_variants_have_a_best_and_no_second():
    assert in_a_figure([30.0, 31.0]) == [None, 1]
    assert in_a_figure([30.0, 30.0]) == [1, 1]


def test_marks_in_text_look_alike():
    values = CASES["three"]
    made = evaluation(values)
    rows = ranked([Row(str(i), str(i), {"psnr": Cell(MetricValue("psnr", v))}) for i, v in enumerate(values)])
    table = MeasurementTable(("psnr",), blocks=(Block(None, "all", "", tuple(rows)),))
    for text in (as_markdown(table), markdown(made, summarize(made))):
        assert "| **31.00** |" in text
        assert "| *30.00* |" in text
    for text in (as_latex(table), latex(made, summarize(made))):
        assert r"\textbf{31.00}" in text
        assert r"\underline{30.00}" in text


def test_numbers_are_printed_alike():
    for name, value in (("psnr", 31.236), ("hf_error", -0.001), ("ssim", 0.9)):
        assert Cell(MetricValue(name, value)).short == value_text(value, name)
