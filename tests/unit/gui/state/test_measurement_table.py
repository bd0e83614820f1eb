"""Ranks follow the metric's direction; what is shown equal is ranked equal."""

from qdit4sr_core.metrics.reasons import NotAvailable, Reason
from qdit4sr_core.metrics.values import MetricValue
from qdit4sr_gui.state.measurement_table import Block, Cell, MeasurementTable, Row, heading, ranked
from qdit4sr_gui.state.table_export import as_csv, as_latex, as_markdown


def rows(metric, values):
    return [Row(spec, spec.upper(), {metric: Cell(MetricValue(metric, v))}) for spec, v in values.items()]


def ranks(metric, values):
    return {row.spec: row.cells[metric].rank for row in ranked(rows(metric, values))}


def test_higher_is_better_for_psnr():
    assert ranks("psnr", {"a": 20.0, "b": 31.0, "c": 25.0}) == {"a": 0, "b": 1, "c": 2}


def test_lower_is_better_for_lpips():
    assert ranks("lpips", {"a": 0.2, "b": 0.31, "c": 0.25}) == {"a": 1, "b": 0, "c": 2}


def test_values_shown_equal_share_the_rank():
    assert ranks("psnr", {"a": 30.001, "b": 30.002, "c": 25.0}) == {"a": 1, "b": 1, "c": 0}


def test_one_number_alone_is_not_best():
    assert ranks("psnr", {"a": 30.0}) == {"a": 0}


def test_the_reference_and_missing_numbers_are_left_out():
    table = [
        Row("fp", "FP", {"psnr": Cell(is_reference=True)}),
        Row("a", "A", {"psnr": Cell(MetricValue("psnr", 20.0))}),
        Row("b", "B", {"psnr": Cell(MetricValue("psnr", None, NotAvailable(Reason.REGION_TOO_SMALL, "11")))}),
        Row("c", "C", {"psnr": Cell(MetricValue("psnr", 21.0))}),
        Row("d", "D", {"psnr": Cell()}),
    ]
    marked = {row.spec: row.cells["psnr"] for row in ranked(table)}
    assert [marked[key].rank for key in "abc"] == [0, 0, 1]
    assert marked["fp"].text == "reference"
    assert marked["b"].text == "n/a: region under 11 px"
    assert marked["d"].text == "…"


def test_headings_carry_direction_and_unit():
    assert heading("psnr") == "PSNR ↑ [dB]"
    assert heading("lpips") == "LPIPS ↓"


def test_exports_mark_the_best_and_escape():
    block = Block(None, "Whole_image", "", ranked(rows("psnr", {"a_1": 20.0, "b": 31.0})))
    table = MeasurementTable(("psnr",), "full precision", (block,))
    assert "**31.00**" in as_markdown(table)
    latex = as_latex(table)
    assert r"\textbf{31.00}" in latex
    assert r"A\_1" in latex
    assert r"$\uparrow$" in latex
    assert as_csv(table).splitlines()[2].endswith(",31.0")
