"""The table in Markdown."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ..escaping import markdown as escape
from ..evaluate import Evaluation, Summary
from ..file_names import readable
from ..metrics.rank_marks import markdown_marked
from ..text_table import fitted, fitted_table
from .cells import CellText, cell_text, head
from .notes import COMPARISON, COMPARISON_HEADS, comparison_lines, notes, settings_line


def markdown(evaluation: Evaluation, summary: Summary, *, with_tests: bool = True) -> str:
    """The table (best bold, second best in italics), its notes and, `with_tests`, the paired tests."""
    lines = _table_and_notes(evaluation, summary, escape)
    tests = comparison_lines(summary) if with_tests else []
    if tests:
        lines += [
            "",
            f"{COMPARISON}:",
            "",
            _line(COMPARISON_HEADS),
            _line(["---", "---", "---", "---:", "---:", "---:"]),
            *(_line([escape(text) for text in test]) for test in tests),
        ]
    return "\n".join(lines) + "\n"


def terminal_text(evaluation: Evaluation, summary: Summary, columns: int | None = None) -> str:
    """The table and its notes for a terminal, in lines of at most `columns` characters where it is given.

    A terminal shows names as they are: nothing is escaped.
    """
    table = fitted_table(*_cells(summary, readable), columns)
    return "\n".join([table, "", *fitted(_notes(evaluation, summary, readable), columns)]) + "\n"


def _table_and_notes(evaluation: Evaluation, summary: Summary, written: Callable[[str], str]) -> list[str]:
    heads, rows = _cells(summary, written)
    rule = _line(["---", *("---:" for _ in summary.columns)])
    return [_line(heads), rule, *map(_line, rows), "", *_notes(evaluation, summary, written)]


def _cells(summary: Summary, written: Callable[[str], str]) -> tuple[list[str], list[list[str]]]:
    rows = [
        [written(row.label), *(_marked(cell_text(row, column)) for column in summary.columns)]
        for row in summary.rows
    ]
    return ["Variant", *(head(column) for column in summary.columns)], rows


def _notes(evaluation: Evaluation, summary: Summary, written: Callable[[str], str]) -> list[str]:
    return [f"- {written(note)}" for note in (*notes(evaluation, summary), settings_line(evaluation))]


def _marked(cell: CellText) -> str:
    number = markdown_marked(cell.number, cell.rank)
    return f"{number} [{cell.interval}]" if cell.interval else number


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"
