"""The measurement table as CSV, Markdown, LaTeX or JSON."""

from __future__ import annotations

import json
from collections.abc import Callable

from qdit4sr_core.escaping import csv, latex, markdown
from qdit4sr_core.file_names import readable
from qdit4sr_core.metrics.rank_marks import latex_marked, markdown_marked
from qdit4sr_core.metrics.registry import METRICS
from qdit4sr_core.strict_json import plain_number

from .measurement_table import Cell, MeasurementTable, heading


def _place(title: str, region: object) -> str:
    return f"{title} ({region.width}×{region.height})" if region is not None else title  # type: ignore[attr-defined]


def as_csv(table: MeasurementTable) -> str:
    """One line a region and variant; numbers in full precision, `n/a: reason` where there is none."""
    rows: list[list[object]] = [
        ["region", "x", "y", "width", "height", "variant", "reference", *table.metrics]
    ]
    for block in table.blocks:
        r = block.region
        place = ["", "", "", ""] if r is None else [r.x, r.y, r.width, r.height]
        for row in block.rows:
            numbers = [_number(row.cells[name]) for name in table.metrics]
            rows.append([block.title, *place, row.label, table.reference, *numbers])
    return csv(rows)


def _number(cell: Cell) -> str:
    if cell.is_reference or cell.value is None or cell.value.value is None:
        return cell.text
    return repr(cell.value.value)


def as_markdown(table: MeasurementTable) -> str:
    """A table a region; best in bold, second best in italics."""
    lines = [f"Measured against {markdown(table.reference)}.", ""]
    for block in table.blocks:
        lines += [f"### {markdown(_place(block.title, block.region))}", ""]
        lines.append("| Variant | " + " | ".join(heading(name) for name in table.metrics) + " |")
        lines.append("|---|" + "---:|" * len(table.metrics))
        for row in block.rows:
            shown = [row.cells[name] for name in table.metrics]
            cells = [markdown_marked(markdown(cell.text), cell.rank) for cell in shown]
            lines.append(f"| {markdown(row.label)} | " + " | ".join(cells) + " |")
        lines.append("")
    return "\n".join(lines)


def as_latex(table: MeasurementTable) -> str:
    """A booktabs tabular; best in bold, second best underlined."""
    width = 1 + len(table.metrics)
    lines = [r"\begin{tabular}{l" + "r" * len(table.metrics) + "}", r"\toprule"]
    lines.append(" & ".join(["Variant", *(latex(heading(name)) for name in table.metrics)]) + r" \\")
    for block in table.blocks:
        place = latex(_place(block.title, block.region))
        lines += [r"\midrule", rf"\multicolumn{{{width}}}{{l}}{{\emph{{{place}}}}} \\"]
        for row in block.rows:
            shown = [row.cells[name] for name in table.metrics]
            cells = [latex_marked(latex(cell.text), cell.rank) for cell in shown]
            lines.append(" & ".join([latex(row.label), *cells]) + r" \\")
    lines += [
        r"\bottomrule",
        r"\end{tabular}",
        f"% Measured against {readable(table.reference)}; needs the booktabs package.",
        "",
    ]
    return "\n".join(lines)


def as_json(table: MeasurementTable) -> str:
    """Everything, with units, reference, engine and reasons; infinite values as the text "inf"."""
    rows = []
    for block in table.blocks:
        r = block.region
        for row in block.rows:
            for name in table.metrics:
                cell = row.cells[name]
                why = None if cell.value is None else cell.value.why
                value = cell.value.value if cell.value is not None else None
                rows.append(
                    {
                        "region": None if r is None else [r.x, r.y, r.width, r.height],
                        "region_name": block.title,
                        "variant": row.spec,
                        "label": row.label,
                        "metric": name,
                        "unit": METRICS[name].unit,
                        "value": plain_number(value),
                        "reason": None if why is None else str(why),
                        "is_reference": cell.is_reference,
                        "engine": cell.value.engine if cell.value is not None else "",
                    }
                )
    return json.dumps({"reference": table.reference, "values": rows}, ensure_ascii=False, indent=1) + "\n"


WRITERS: dict[str, Callable[[MeasurementTable], str]] = {
    ".csv": as_csv,
    ".md": as_markdown,
    ".tex": as_latex,
    ".json": as_json,
}
"""File ending to writer."""
