"""The table in Markdown."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ..escaping import markdown as escape
from ..evaluate import Evaluation, Summary
from ..file_names import readable
from ..metrics.rank_marks import markdown_marked
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


def terminal_text(evaluation: Evaluation, summary: Summary) -> str:
    """The table and its notes for a terminal, which shows names as they are: nothing is escaped."""
    return "\n".join(_table_and_notes(evaluation, summary, readable)) + "\n"


def _table_and_notes(evaluation: Evaluation, summary: Summary, written: Callable[[str], str]) -> list[str]:
    lines = [
        _line(["Variant", *(head(column) for column in summary.columns)]),
        _line(["---", *("---:" for _ in summary.columns)]),
    ]
    for row in summary.rows:
        cells = [_marked(cell_text(row, column)) for column in summary.columns]
        lines.append(_line([written(row.label), *cells]))
    lines += ["", *(f"- {written(note)}" for note in notes(evaluation, summary))]
    return [*lines, f"- {written(settings_line(evaluation))}"]


def _marked(cell: CellText) -> str:
    number = markdown_marked(cell.number, cell.rank)
    return f"{number} [{cell.interval}]" if cell.interval else number


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"
