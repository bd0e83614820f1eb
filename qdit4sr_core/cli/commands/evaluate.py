"""`qdit4sr evaluate`: the table of a paper for your own photos."""

from __future__ import annotations

import argparse
import contextlib
import sys
from typing import TYPE_CHECKING

from ...engine_names import ENGINE_HELP, ENGINES
from ...errors import ImageError, SettingsError
from ...file_names import readable
from ...processors import default_threads
from ...setting_words import DEFAULT_METRICS
from ...text_table import fitted
from ...variant_text import BICUBIC_TEXT, FIRST_LOOK
from ..calibration import (
    CalibrationPhotos,
    add_calibration_arguments,
    check_calibration_arguments,
    chosen_calibration,
)
from ..comma_list import comma_list
from ..inputs import VARIANTS_HELP, add_sampling_arguments, check_threads, open_model
from ..path_argument import given_name, given_path
from ..terminal import terminal_columns, terminal_progress

if TYPE_CHECKING:
    from ...evaluate import Evaluation, EvaluationPlan
    from ...evaluate.images import ImageFiles
    from ...models.super_resolution_model import SuperResolutionModel
    from ...quantize import Calibration

HELP = "Evaluate variants of a model on a folder of photos: table, statistics, pictures; resumable."
DEFAULT_VARIANTS = ",".join((FIRST_LOOK[0], BICUBIC_TEXT, *FIRST_LOOK[1:]))
SEED_HELP = (
    "base seed (default 0): each photo's noise has a seed of its own, made of this and the photo's name; "
    "images.csv lists them, and `compare PHOTO --seed` with one gives the same pictures"
)
_SAMPLING = ("steps", "guidance", "tile", "overlap", "color_fix", "shift", "solver")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument(
        "--lr", type=given_path, required=True, metavar="FOLDER", help="low-resolution photos"
    )
    parser.add_argument("--hr", type=given_path, metavar="FOLDER", help="ground truths with the same names")
    parser.add_argument(
        "--out",
        type=given_path,
        required=True,
        metavar="FOLDER",
        help="folder for journal, tables and pictures",
    )
    parser.add_argument(
        "--variants",
        action="append",
        metavar="LIST",
        help=f"what to evaluate, {VARIANTS_HELP} (default {DEFAULT_VARIANTS})",
    )
    parser.add_argument(
        "--metrics",
        metavar="LIST",
        help="metrics, separated by commas "
        f"(default {','.join(DEFAULT_METRICS)}; `qdit4sr metrics` lists all)",
    )
    parser.add_argument(
        "--border",
        type=int,
        default=0,
        metavar="PIXELS",
        help="output pixels left out at each side (default 0)",
    )
    parser.add_argument("--limit", type=int, metavar="N", help="only the first N photos")
    parser.add_argument(
        "--jobs", type=int, metavar="N", help="photos at the same time, each in its own process (default 1)"
    )
    parser.add_argument(
        "--cluster", type=given_name, metavar="ADDRESS", help="scheduler of a Dask cluster that does the work"
    )
    parser.add_argument("--restart", action="store_true", help="forget what the folder already holds")
    parser.add_argument(
        "--engine",
        choices=ENGINES,
        default="auto",
        help=ENGINE_HELP,
    )
    add_calibration_arguments(parser)
    add_sampling_arguments(parser, SEED_HELP)


def run(args: argparse.Namespace) -> int:
    """Evaluate, write the report, print the table; returns 0, or 1 when a photo or a variant failed."""
    from ...evaluate import evaluate, find_images
    from .compare import check_folder

    for name, least in (("border", 0), ("limit", 1), ("jobs", 1)):
        value = getattr(args, name)
        if value is not None and value < least:
            raise SettingsError(f"--{name} must be at least {least}, but it is {value}.")
    check_threads(args.threads)
    if args.caption is not None:
        raise SettingsError("One --caption cannot fit a folder of photos; put a .txt file beside each photo.")
    check_calibration_arguments(args)
    photos = CalibrationPhotos(args.calibration)
    check_folder(args.out)
    images = find_images(args.lr, args.hr)[: args.limit]
    plan, model = _plan(args), open_model(args)
    evaluation = evaluate(
        images,
        plan,
        args.out,
        model=model,
        calibration=_calibration(args, photos, model, plan, images),
        processes=args.jobs or 1,
        threads=args.threads or default_threads(),
        cluster=args.cluster,
        restart=args.restart,
        progress=terminal_progress(),
    )
    code = _report(evaluation, len(images))
    return 1 if photos.tell_problems() else code


def _calibration(
    args: argparse.Namespace,
    photos: CalibrationPhotos,
    model: SuperResolutionModel,
    plan: EvaluationPlan,
    images: list[ImageFiles],
) -> Calibration | None:
    """What the options ask for; None for what every worker takes by itself. Raises `ImageError`."""
    from ...evaluate.identity import file_hash
    from ...quantize.variants import parse_variants
    from ...upscale import SamplingSettings

    shown = set()
    for image in images if args.calibration is not None else ():
        with contextlib.suppress(ImageError):  # one that cannot be read is told with the results
            shown.add(file_hash(image.lr))
    settings = SamplingSettings.for_model(model, **plan.sampling)
    return chosen_calibration(args, photos, model, parse_variants(plan.variants), settings, shown)


def _plan(args: argparse.Namespace) -> EvaluationPlan:
    """What the arguments ask for. Raises `SettingsError` for a metric whose weights are not here."""
    from ...evaluate import DEFAULT_METRICS, EvaluationPlan, canonical_variants, columns_for
    from ...metrics.registry import availability, find_metric

    names = DEFAULT_METRICS if args.metrics is None else _names(args.metrics)
    columns_for(names, args.hr is not None)
    metrics = [find_metric(name) for name in names]
    for metric in metrics:
        found = availability(metric.name)
        if found.why is not None:
            raise SettingsError(
                f"{metric.label}: {found.why.sentence()}; `qdit4sr metrics --download "
                f"{metric.name}` fetches {found.file or 'nothing'} into {found.folder}."
            )
    return EvaluationPlan(
        canonical_variants(args.variants or [DEFAULT_VARIANTS]),
        tuple(dict.fromkeys(metric.name for metric in metrics)),
        args.border,
        args.seed or 0,
        {name: getattr(args, name) for name in _SAMPLING if getattr(args, name) is not None},
        args.engine,
    )


def _report(evaluation: Evaluation, photos: int) -> int:
    """Write the report, print the table and what failed; the exit code.

    Raises `ImageError` where nothing at all could be evaluated, for one reason.
    """
    from ...evaluate import summarize
    from ...report import terminal_text, write_report

    if evaluation.records:
        paths = write_report(evaluation)
        summary = summarize(evaluation)
        columns = terminal_columns()
        print(terminal_text(evaluation, summary, columns))
        written = f"Written to {evaluation.folder}: {', '.join(paths)}"
        print("\n".join(fitted([written], columns)))
        failed_variants = any(row.errors for row in summary.rows)
    else:
        reasons = {why for _, why in evaluation.failures}
        if len(reasons) == 1:
            raise ImageError(reasons.pop())
        failed_variants = True
    for name, why in evaluation.failures:
        print(f"qdit4sr: {readable(name)}: {readable(why)}", file=sys.stderr)
    if evaluation.failures:
        print(
            f"qdit4sr: {len(evaluation.failures)} of {photos} photos could not be evaluated.",
            file=sys.stderr,
        )
    return 1 if failed_variants or evaluation.failures else 0


def _names(text: str) -> tuple[str, ...]:
    names = comma_list(text)
    if not names:
        raise ImageError("--metrics names no metric; `qdit4sr metrics` lists them.")
    return names
