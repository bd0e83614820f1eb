import json
import re

from hypothesis import given, settings
from hypothesis import strategies as st

from qdit4sr_core.escaping import html, latex, markdown

NAME = "a\\b^2 ~x|y *z* _u_ <script>alert(1)</script> [l](javascript:x) `c` 50% $#&{} \u2028\n\udce9"


def test_latex_prints_every_sign() -> None:
    text = latex(NAME)
    assert r"a\textbackslash{}b\textasciicircum{}2 \textasciitilde{}x$|$y" in text
    assert r"50\% \$\#\&\{\}" in text
    assert "\n" not in text


def test_markdown_has_no_markup_left() -> None:
    text = markdown(NAME)
    assert re.findall(r"(?<!\\)[|*_<`\[\]]", text) == []
    assert r"a\\b" in text


def test_html_has_no_tags_and_no_open_quotes() -> None:
    text = html(NAME + "\"'")
    assert "<" not in text
    assert '"' not in text
    assert "'" not in text


@settings(deadline=None, max_examples=50)
@given(st.text(max_size=40))
def test_any_name_stays_on_one_line_of_valid_text(name: str) -> None:
    for escaped in (latex(name), markdown(name), html(name)):
        assert len(escaped.encode("utf-8").decode().splitlines()) <= 1


def test_the_windows_tables_use_it() -> None:
    from qdit4sr_core.metrics.regions import Region
    from qdit4sr_gui.state.measurement_table import Block, Cell, MeasurementTable, Row
    from qdit4sr_gui.state.table_export import as_csv, as_json, as_latex, as_markdown

    row = Row("images:x", "run^2|b_c", {"psnr": Cell()})
    block = Block(Region(0, 0, 9, 9), "a\\b^2|c", "#fff", (row,))
    table = MeasurementTable(("psnr",), "full precision", (block,))
    assert r"\emph{a\textbackslash{}b\textasciicircum{}2$|$c" in as_latex(table)
    assert r"run\textasciicircum{}2$|$b\_c" in as_latex(table)
    assert r"| run^2\|b\_c |" in as_markdown(table)
    assert r"### a\\b^2\|c" in as_markdown(table)
    assert "run^2|b_c" in as_csv(table)
    assert json.loads(as_json(table))["values"][0]["label"] == "run^2|b_c"
