"""The table in LaTeX, for the booktabs package."""

from __future__ import annotations

from itertools import groupby

from ..escaping import latex as escape
from ..evaluate import Evaluation, Summary
from ..metrics.rank_marks import latex_marked
from ..variant_text import NOT_QUANTIZED
from .cells import CellText, cell_text, group
from .notes import INTERVALS, notes


def latex(evaluation: Evaluation, summary: Summary) -> str:
    r"""A `table*` to be `\input`: best bold, second best underlined, intervals left to the Markdown.

    Needs `\usepackage{booktabs,graphicx}`; a table wider than the text is reduced to fit.
    """
    columns = summary.columns
    spans, rules, at = [], [], 2
    for title, members in groupby(columns, key=group):
        width = len(list(members))
        spans.append(rf"\multicolumn{{{width}}}{{c}}{{{escape(title)}}}")
        if title:
            rules.append(rf"\cmidrule(lr){{{at}-{at + width - 1}}}")
        at += width
    heads = [escape(f"{column.title} {column.arrow}".strip()) for column in columns]
    body = []
    for row in summary.rows:
        cells = [_marked(cell_text(row, column)) for column in columns]
        body.append(" & ".join([escape(row.label), *cells]) + r" \\")
        if row.kind in NOT_QUANTIZED and row is not summary.rows[-1]:
            following = summary.rows[summary.rows.index(row) + 1]
            if following.kind not in NOT_QUANTIZED:
                body.append(r"\midrule")
    caption = " ".join([*notes(evaluation, summary), _units(summary)])
    caption = caption.replace(INTERVALS, "")
    return "\n".join(
        [
            r"% \usepackage{booktabs,graphicx}",
            r"\begin{table*}[t]",
            r"\centering",
            rf"\caption{{{escape(caption)}}}",
            r"\label{tab:qdit4sr-evaluation}",
            r"\vspace{4pt}",
            rf"\setlength{{\tabcolsep}}{{{3 if len(columns) > 8 else 4}pt}}",
            r"\scriptsize" if len(columns) > 8 else r"\small",
            r"\resizebox{\ifdim\width>\linewidth\linewidth\else\width\fi}{!}{%",
            rf"\begin{{tabular}}{{l{'r' * len(columns)}}}",
            r"\toprule",
            " & ".join(["", *spans]) + r" \\",
            *(["".join(rules)] if rules else []),
            " & ".join(["Variant", *heads]) + r" \\",
            r"\midrule",
            *body,
            r"\bottomrule",
            r"\end{tabular}}",
            r"\end{table*}",
            "",
        ]
    )


def _units(summary: Summary) -> str:
    """Which columns have which unit; the heads have no room for it."""
    units: dict[str, list[str]] = {}
    for column in summary.columns:
        if column.unit and column.title not in units.setdefault(column.unit, []):
            units[column.unit].append(column.title)
    return "; ".join(f"{', '.join(titles)} in {unit}" for unit, titles in units.items()) + "."


def _marked(cell: CellText) -> str:
    return latex_marked(escape(cell.number), cell.rank)
