"""`qdit4sr upscale`: one photo, one variant, one file."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from ...errors import OutputError, VariantError
from ...images import save_png
from ...pairing import files_of_variant
from ...variant_text import FULL_PRECISION_TEXT, SHOWN_BESIDE
from ...whole_file import check_writable, refuse_overwriting
from ..inputs import (
    PHOTO_HELP,
    add_sampling_arguments,
    measured_memory,
    open_model,
    open_photo,
    sample_help,
    sampling_settings,
    say_memory,
    say_notes,
    use_threads,
)
from ..path_argument import given_name, given_path
from ..terminal import terminal_progress

HELP = "Upscale one photo and save it as PNG."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument("photo", type=given_name, help=f"{PHOTO_HELP} ({sample_help()})")
    parser.add_argument("--out", type=given_path, required=True, metavar="FILE.png", help="the PNG to write")
    parser.add_argument(
        "--variant",
        metavar="VARIANT",
        default=FULL_PRECISION_TEXT,
        help="fp, bicubic, METHOD[-wXaY][:option=value,...] or artifact:FILE "
        f"(default {FULL_PRECISION_TEXT})",
    )
    add_sampling_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Check the inputs, upscale, save; returns 0."""
    photo = open_photo(args.photo)
    out: Path = args.out
    if out.suffix.lower() != ".png":
        raise OutputError(f"The result is written as PNG, so the file name must end in .png: {out}.")
    check_writable(out)
    refuse_overwriting([out], [photo.path])

    from ...compare import compare
    from ...quantize.variants import parse_variants

    variants = parse_variants(args.variant)
    refuse_overwriting([out], [path for one in variants for path in files_of_variant(one.kind, one.path)])
    if len(variants) != 1:
        raise VariantError("upscale takes one variant; use compare for several.")
    use_threads(args.threads)
    model = open_model(args, variants)
    settings = sampling_settings(args, model)
    expected = say_memory(model, variants, settings)
    say_notes(photo, args.photo)
    (result,) = compare(
        photo, variants, settings, model=model, caption=args.caption, progress=terminal_progress()
    )
    if result.pixels is None:
        print(f"qdit4sr: {result.variant.label}: {result.error}", file=sys.stderr)
        return 1
    save_png(result.pixels, out)
    height, width = result.pixels.shape[:2]
    print(f"{out}: {width} x {height}, {result.variant.label}, {result.seconds:.1f} s")
    if variants[0].kind not in SHOWN_BESIDE:
        print(measured_memory([result], expected))
    return 0
