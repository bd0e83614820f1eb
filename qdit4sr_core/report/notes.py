"""The sentences under a table: what was measured against what, and how to read it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from ..engine_names import engine_notes
from ..evaluate import Evaluation, Summary
from ..evaluate.columns import REFERENCE_NAMES
from ..evaluate.statistics import PairedComparison
from ..file_names import readable
from ..metrics.reasons import NOT_AVAILABLE
from ..metrics.registry import METRICS
from ..variant_text import FULL_PRECISION_TEXT, label_of

INTERVALS = ", with the 95 % bootstrap interval of the mean"
"""Said where the table shows intervals: one image has none."""


def notes(evaluation: Evaluation, summary: Summary) -> list[str]:
    """Plain sentences, the most important first; without markup."""
    count = len(summary.images)
    intervals = any(not math.isnan(cell.mean.low) for row in summary.rows for cell in row.cells.values())
    means = "Values of 1 image" if count == 1 else f"Means over {count} images"
    found = [
        f"{means}{INTERVALS if intervals else ''}. Best and second best of the quantized variants are marked."
    ]
    if any(column.ranked and not column.marked for column in summary.columns):
        found.append(
            "Texture lost and texture added are each half of the damage, and no best is marked for one alone."
        )
    kinds = {column.reference for column in summary.columns}
    if "fp" in kinds:
        found.append(
            "“To FP” is measured against the full-precision output with the same noise: the damage done by "
            "quantization."
        )
    if "hr" in kinds:
        found.append("“To HR” is measured against the ground truth: the quality of restoration.")
    found.append(_conventions(evaluation))
    if any(column.key == "bits" for column in summary.columns):
        found.append(
            "Bits/weight: size of the stored transformer with scales and branches over its number of weights."
        )
    if summary.simulated:
        found.append(
            "Times marked † are of quantized products simulated in floating point; they say nothing about "
            "the speed of low-bit hardware."
        )
    found.extend(_engines(evaluation))
    for row in summary.rows:
        if row.count < count - len(row.errors):
            found.append(f"{row.label} has run on {row.count} of {count} images.")
        if row.errors:
            name, error = next(iter(row.errors.items()))
            found.append(f"{row.label} failed on {len(row.errors)} of {count} images; on {name}: {error}")
    found.extend(_failures(evaluation))
    found.extend(_infinite_values(summary))
    found.extend(_missing_values(summary))
    return list(dict.fromkeys(found))


def _engines(evaluation: Evaluation) -> list[str]:
    """Which engines ran the quantized layers, as the first photo with each variant says."""
    entries: dict[str, Mapping[str, Any]] = {}
    for record in evaluation.records:
        for entry in record["variants"].values():
            entries.setdefault(entry["label"], entry)
    return engine_notes(entries.values())


def _failures(evaluation: Evaluation) -> list[str]:
    """Which photos are not in the table, and why."""
    failures = evaluation.failures
    if not failures:
        return []
    named = "; ".join(f"{readable(name)}: {readable(why.rstrip('.'))}" for name, why in failures[:5])
    more = f"; and {len(failures) - 5} more" if len(failures) > 5 else ""
    photos = "1 photo" if len(failures) == 1 else f"{len(failures)} photos"
    return [f"{photos} could not be evaluated and are left out ({named}{more})."]


def _infinite_values(summary: Summary) -> list[str]:
    """Which means leave infinite values out: a picture identical to its reference has infinite PSNR."""
    parts = []
    for column in summary.columns:
        for row in summary.rows:
            mean = row.cells[column.key].mean
            if 0 < mean.infinite < mean.count:
                title = f"{column.title} to {column.reference.upper()}"
                parts.append(f"{title}, {row.label}: {mean.infinite} of {mean.count} images")
    if not parts:
        return []
    return [
        "Means marked ‡ leave out images with an infinite value, the picture being identical to its "
        f"reference ({'; '.join(parts)})."
    ]


def _missing_values(summary: Summary) -> list[str]:
    """One sentence for each column and reason, however many variants it concerns."""
    titles = {column.key: f"{column.title} to {column.reference.upper()}" for column in summary.columns}
    concerned: dict[tuple[str, str], list[str]] = {}
    for row in summary.rows:
        for key, cell in row.cells.items():
            if cell.why is not None and cell.mean.count < len(summary.images) - len(row.errors):
                concerned.setdefault((key, str(cell.why)), []).append(row.label)
    sentences = []
    for (key, reason), labels in concerned.items():
        who = "all variants" if len(labels) == len(summary.rows) else ", ".join(labels)
        sentences.append(f"{titles.get(key, key)}, {who}, on some images: {reason}.")
    return sentences


def _conventions(evaluation: Evaluation) -> str:
    border = evaluation.plan.border
    names = set(evaluation.plan.metrics)
    parts = []
    if "psnr" in names:
        parts.append("PSNR over RGB, 8 bits")
    if "ssim" in names:
        parts.append("SSIM on luma in 11x11 Gaussian windows")
    if {"hf_error", "hf_ratio"} & names:
        parts.append("HF error is |10 log10| of the ratio of energies above half of Nyquist")
    if any(METRICS[name].ratio for name in names if name in METRICS):
        parts.append("means of ratios are geometric")
    if {"texture_lost", "texture_added"} & names:
        parts.append("texture lost and added are mean local falls and rises of that energy")
    parts.append(f"{border} pixels cropped at each side" if border else "no border cropped")
    text = "; ".join(parts)
    return text[0].upper() + text[1:] + "."


def settings_line(evaluation: Evaluation) -> str:
    """The sampling settings of the first image, where the noise comes from, and the model's hash."""
    settings: dict[str, Any] = evaluation.records[0]["settings"] if evaluation.records else {}
    shown = ", ".join(f"{key} {value}" for key, value in settings.items() if key != "seed")
    shown = shown or "the model's own settings"
    model = str(evaluation.header["model"])[:16]
    engines = "; ".join(sorted(set(evaluation.header.get("engines", {}).values())))
    measured = f" Measured by {engines}." if engines else ""
    return f"Sampling: {shown}; {_seed_text(evaluation)}. Model {model}.{measured}"


def _seed_text(evaluation: Evaluation) -> str:
    """The seeds of the noise, and how a comparison of one photo gets the same."""
    base = evaluation.plan.seed
    seeds = {record["settings"].get("seed", base) for record in evaluation.records}
    if seeds <= {base}:
        return f"seed {base}"
    if len(seeds) == 1:
        (seed,) = seeds
        return (
            f"seed {seed}, made of the base seed {base} and the image's name "
            f"(`compare --seed {seed}` gives the same pictures)"
        )
    return (
        f"each image has a seed of its own, made of the base seed {base} and its name "
        "(`compare --seed` with the one that images.csv lists gives the same pictures)"
    )


COMPARISON = (
    "Paired comparison, image by image (two-sided Wilcoxon signed-rank test, Holm-corrected in each column)"
)
COMPARISON_HEADS = ("Column", "Variant", "Against", "Wins–ties–losses", "Mean difference", "p")
"""Of the columns of `comparison_lines`."""


def comparison_lines(summary: Summary) -> list[tuple[str, str, str, str, str, str]]:
    """Rows under `COMPARISON_HEADS`, p after Holm, as text."""
    rows = []
    labels = {row.key: row.label for row in summary.rows} | {
        FULL_PRECISION_TEXT: label_of(FULL_PRECISION_TEXT)
    }
    for column in summary.columns:
        tests = (*summary.against_baseline.get(column.key, ()), *summary.against_fp.get(column.key, ()))
        title = f"{column.title} ({REFERENCE_NAMES[column.reference]})"
        for test in tests:
            rows.append(
                (
                    title,
                    labels[test.variant],
                    labels[test.other],
                    f"{test.wins}–{test.ties}–{test.losses}",
                    _difference(test, column.decimals),
                    p_text(test),
                )
            )
    return rows


def _difference(test: PairedComparison, decimals: int) -> str:
    """The mean difference; infinite ones are left out, and that is said."""
    if math.isnan(test.difference):
        return NOT_AVAILABLE
    left_out = f" ({test.left_out} infinite left out)" if test.left_out else ""
    return f"{test.difference:+.{decimals}f}{left_out}"


def p_text(test: PairedComparison) -> str:
    """The corrected p-value; "n/a" below six images, where the test cannot find anything."""
    if math.isnan(test.p_holm):
        return NOT_AVAILABLE
    return "<0.001" if test.p_holm < 0.001 else f"{test.p_holm:.3f}"
