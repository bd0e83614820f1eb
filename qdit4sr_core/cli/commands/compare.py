"""`qdit4sr compare`: one photo through several variants, with pictures, a figure and numbers in a folder."""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ...engine_names import ATTENTIONS, ENGINE_HELP, ENGINES
from ...errors import OutputError, reason
from ...file_names import readable
from ...images import SHOWN_FIRST
from ...one_writer import one_writer
from ...pairing import files_of_variant
from ...text_table import fitted, fitted_table
from ...variant_text import FIRST_LOOK
from ...whole_file import refuse_overwriting
from ..calibration import (
    CalibrationPhotos,
    add_calibration_arguments,
    check_calibration_arguments,
    chosen_calibration,
)
from ..inputs import (
    PHOTO_HELP,
    SAMPLE_PREFIX,
    VARIANTS_HELP,
    add_sampling_arguments,
    open_model,
    open_photo,
    open_reference,
    sample_help,
    sampling_settings,
    say_memory,
    say_notes,
    use_threads,
)
from ..path_argument import given_name, given_path
from ..terminal import terminal_columns
from ..variant_progress import VariantProgress

if TYPE_CHECKING:
    from ...images import LoadedImage
    from ...quantize.variants import Variant

HELP = "Upscale one photo with several variants of a model and compare the results."
DEFAULT_PHOTO = SAMPLE_PREFIX + SHOWN_FIRST[0]
DEFAULT_VARIANTS = ",".join(FIRST_LOOK)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument(
        "photo",
        type=given_name,
        nargs="?",
        default=DEFAULT_PHOTO,
        help=f"{PHOTO_HELP} ({sample_help()}; default {DEFAULT_PHOTO})",
    )
    parser.add_argument(
        "--variants",
        action="append",
        metavar="LIST",
        help=f"what to compare, {VARIANTS_HELP} (default {DEFAULT_VARIANTS})",
    )
    parser.add_argument(
        "--out", type=given_path, required=True, metavar="FOLDER", help="folder for the results"
    )
    parser.add_argument(
        "--reference",
        type=given_name,
        metavar="FILE",
        help="ground truth at the output's size (a bundled photo brings its own)",
    )
    parser.add_argument(
        "--region", metavar="X,Y,W,H", help="rectangle in output pixels to enlarge and to measure on its own"
    )
    parser.add_argument(
        "--engine",
        choices=ENGINES,
        default="auto",
        help=ENGINE_HELP,
    )
    parser.add_argument(
        "--attention",
        choices=ATTENTIONS,
        default="auto",
        help="how attention is computed, for full precision too: as the engine does (auto, without loss), by "
        "torch, by the kernel in float32, or in bfloat16 (faster, with loss)",
    )
    add_calibration_arguments(parser)
    add_sampling_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Check every input, then run the variants; returns 0, or 1 when a variant failed."""
    photo = open_photo(args.photo)
    reference = open_reference(args.reference, args.photo)
    check_folder(args.out)
    check_calibration_arguments(args)
    photos = CalibrationPhotos(args.calibration)

    from ...compare import compare
    from ...metrics.regions import Region
    from ...quantize.variants import parse_variants
    from ..compare_report import ComparisonReport

    region = Region.parse(args.region) if args.region else None
    variants = parse_variants(args.variants or DEFAULT_VARIANTS)
    use_threads(args.threads)
    model = open_model(args, variants)
    settings = sampling_settings(args, model)
    report = ComparisonReport(args.out, args.photo, photo, model, settings, reference, region)
    say_notes(photo, args.photo)
    if reference is not None and args.reference is not None:
        say_notes(reference, args.reference)

    refuse_overwriting(report.files(variants), _read_files(photo, reference, variants))
    report.expected_memory = say_memory(model, variants, settings)
    with new_folder(args.out), one_writer(args.out):
        calibration = chosen_calibration(args, photos, model, variants, settings, [photo.sha256])
        shape, calibrated = photo.pixels.shape[:2], calibration is not None
        told = VariantProgress(model, variants, settings, shape, calibrated=calibrated)
        results = compare(
            photo,
            variants,
            settings,
            model=model,
            calibration=calibration,
            engine=args.engine,
            attention=args.attention,
            caption=args.caption,
            progress=told,
            on_start=told.start,
        )
        for result in results:
            told.finish(result)
            report.add(result)
        report.finish(told.afterwards)
    columns = terminal_columns()
    print(fitted_table(*report.cells(readable), columns))  # a terminal shows names as they are
    print("\n".join(fitted(report.footnotes(), columns)))
    for result in report.failures():
        print(f"qdit4sr: {readable(f'{result.variant.label}: {result.error}')}", file=sys.stderr)
    return 1 if photos.tell_problems() or report.failures() else 0


def _read_files(
    photo: LoadedImage, reference: LoadedImage | None, variants: Sequence[Variant]
) -> Iterator[Path | None]:
    """Every file that a comparison reads."""
    yield photo.path
    yield None if reference is None else reference.path
    for variant in variants:
        yield from files_of_variant(variant.kind, variant.path)


def check_folder(folder: Path) -> None:
    """Raise `OutputError` when results cannot go to `folder`, before any work is done."""
    try:
        if folder.exists() and not folder.is_dir():
            raise OutputError(f"{folder} is a file; give a folder for the results.")
        nearest = next((place for place in (folder, *folder.parents) if place.is_dir()), None)
        if nearest is not None and not os.access(nearest, os.W_OK | os.X_OK):
            raise OutputError(f"{folder} cannot be written: {nearest} is read-only.")
    except OSError as error:
        raise OutputError(f"{folder} could not be used: {reason(error)}.") from error


@contextlib.contextmanager
def new_folder(folder: Path) -> Iterator[None]:
    """Make `folder` for the block; a folder that is still empty after an error is taken away again.

    Raises `OutputError` when it cannot be made.
    """
    existed = folder.is_dir()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"The folder {folder} could not be made: {reason(error)}.") from error
    try:
        yield
    except BaseException:
        if not existed:
            with contextlib.suppress(OSError):  # not empty: finished results stay
                folder.rmdir()
        raise
