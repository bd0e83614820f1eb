"""Write every form of the report into the evaluation's folder."""

from __future__ import annotations

import contextlib
from pathlib import Path

from ..errors import FigureError, OutputError
from ..evaluate import Evaluation, summarize
from ..figures import pareto_plot
from ..whole_file import write_text
from .data import images_csv, json_text, means_csv
from .html import html
from .latex import latex
from .markdown import markdown


def write_report(evaluation: Evaluation) -> dict[str, Path]:
    """Write every form of the report into a folder.

    These are `table.md`, `table.tex`, `images.csv`, `means.csv`, `results.json`, `report.html`, and, where at
    least one quantized variant has a cost and a damage, `tradeoff.pdf`.

    Returns the paths by file name. Raises `OutputError` for an evaluation without images or a folder that
    cannot be written.
    """
    if not evaluation.records:
        raise OutputError("The evaluation has no finished image, so there is nothing to report.")
    summary = summarize(evaluation)
    texts = {
        "table.md": markdown(evaluation, summary),
        "table.tex": latex(evaluation, summary),
        "images.csv": images_csv(evaluation),
        "means.csv": means_csv(summary),
        "results.json": json_text(evaluation, summary),
        "report.html": html(evaluation, summary),
    }
    written = {name: write_text(evaluation.folder / name, text) for name, text in texts.items()}
    with contextlib.suppress(FigureError):  # nothing to draw: only full precision, or no metric
        written["tradeoff.pdf"] = pareto_plot(summary).save(evaluation.folder / "tradeoff.pdf")
    return written
