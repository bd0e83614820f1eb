import csv as standard_csv
import json
import re

from hypothesis import given, settings
from hypothesis import strategies as st

from qdit4sr_core.escaping import csv, html, latex, markdown
from qdit4sr_core.file_names import readable

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


def test_csv_text_is_no_formula_and_numbers_stay_numbers() -> None:
    written = csv(
        [["=1+1", "+a", "-b", "@c", " =d", "＝e", "\t=f", "a=b"], ["-inf", "-1.5", -2, "+3", None, ""]]
    )
    assert written == "'=1+1,'+a,'-b,'@c,' =d,'＝e,\\t=f,a=b\n-inf,-1.5,-2,+3,,\n"


@given(st.lists(st.lists(st.text(max_size=12), min_size=1, max_size=4), max_size=4))
def test_csv_is_read_back_as_it_was_written(rows: list[list[str]]) -> None:
    plain = [[readable(text.replace("\u00a0", " ").replace("\n", " ")) for text in row] for row in rows]
    for found, row in zip(standard_csv.reader(csv(rows).splitlines()), plain, strict=True):
        found = found or [""]
        assert [text.removeprefix("'") for text in found] == [text.removeprefix("'") for text in row]
        assert not any(t.lstrip().startswith(("=", "+", "-", "@")) and not t[1:2].isdigit() for t in found)
