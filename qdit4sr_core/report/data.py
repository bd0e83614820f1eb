"""The numbers for other programs: CSV and JSON."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

from ..escaping import csv
from ..evaluate import Evaluation, Summary
from ..metrics.reasons import NotAvailable
from ..strict_json import plain_number, strict


def images_csv(evaluation: Evaluation) -> str:
    """One line an image and variant; infinite values read `inf`, missing ones are empty, with the reason."""
    keys = [column.key for column in evaluation.columns]
    rows = []
    for record in evaluation.records:
        for variant in evaluation.plan.variants:
            entry = record["variants"][variant]
            values = [_plain(entry["values"].get(key)) for key in keys]
            reasons = [f"{k}: {NotAvailable.from_json(v)}" for k, v in entry["reasons"].items()]
            why = entry["error"] or "; ".join(reasons)
            rows.append([record["image"], variant, record["settings"].get("seed", ""), *values, why])
    return csv([["image", "variant", "seed", *keys, "reason"], *rows])


def means_csv(summary: Summary) -> str:
    """One line a variant and column: mean, interval, images, infinite ones left out of the mean, rank."""
    rows = [
        [
            row.key,
            column.key,
            *(_plain(v) for v in (cell.mean.value, cell.mean.low, cell.mean.high)),
            cell.mean.count,
            cell.mean.infinite,
            cell.rank or "",
        ]
        for row in summary.rows
        for column in summary.columns
        for cell in [row.cells[column.key]]
    ]
    return csv([["variant", "column", "mean", "low95", "high95", "images", "infinite", "rank"], *rows])


def json_text(evaluation: Evaluation, summary: Summary) -> str:
    """Everything: plan, model, columns, table, paired comparisons and the record of each image.

    Strict JSON: infinite values are the string "inf", absent ones null.
    """
    document = {
        "evaluation": evaluation.header,
        "columns": [dataclasses.asdict(column) for column in summary.columns],
        "rows": [dataclasses.asdict(row) for row in summary.rows],
        "best_baseline": summary.best_baseline,
        "against_full_precision": _comparisons(summary.against_fp),
        "against_best_baseline": _comparisons(summary.against_baseline),
        "images": list(evaluation.records),
        "failed": [{"image": name, "reason": why} for name, why in evaluation.failures],
    }
    return json.dumps(strict(document), indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def _comparisons(tests: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    return {key: [dataclasses.asdict(test) for test in group] for key, group in tests.items()}


def _plain(value: float | None) -> str | float:
    number = plain_number(value)
    return "" if number is None else number
