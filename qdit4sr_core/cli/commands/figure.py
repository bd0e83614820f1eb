"""`qdit4sr figure`: the figure of a session, of a comparison's results, or of a quantized file's bits."""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ...errors import FigureError
from ...measured_against import FULL_PRECISION, GROUND_TRUTH
from ...whole_file import refuse_overwriting
from ..comma_list import comma_list
from ..path_argument import given_name, given_path
from ..terminal import terminal_progress

if TYPE_CHECKING:
    from ...figures import Figure, FigureOptions
    from ...metrics.regions import Region
    from ...session import Session

HELP = "Draw the figure of a session or of a comparison as PNG, PDF or SVG."
_AGAINST = {"full-precision": FULL_PRECISION, "ground-truth": GROUND_TRUTH}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command. What is not given is taken from the session."""
    from ...figures.layout_names import LAYOUTS
    from ...figures.options import THEMES, WIDTHS, ZOOMS
    from ...session import KINDS

    source = parser.add_argument_group("what to draw (one of these)")
    source.add_argument(
        "session",
        type=given_name,
        nargs="?",
        help="a session saved by the window (.qdit4sr), or the folder of qdit4sr compare",
    )
    source.add_argument(
        "--results", type=given_name, metavar="FILE", help="metrics.json of qdit4sr compare, or its folder"
    )
    source.add_argument(
        "--bits", type=given_name, metavar="FILE", help="a quantized file: layers by sampling steps"
    )
    parser.add_argument("--out", type=given_path, required=True, metavar="FILE", help=".png, .pdf or .svg")
    parser.add_argument(
        "--kind",
        choices=KINDS,
        default=KINDS[0],
        help="crops; power spectra in the first region, against the reference's or absolute; texture lost "
        f"and added; error along the steps (default {KINDS[0]})",
    )
    parser.add_argument(
        "--photo",
        metavar="PHOTO",
        type=given_name,
        help="which photo of the session (name or number); with --results, its file",
    )
    parser.add_argument(
        "--reference", type=given_name, metavar="FILE", help="with --results, the ground truth"
    )
    parser.add_argument("--against", choices=tuple(_AGAINST), help="what the numbers are measured against")
    parser.add_argument("--layout", choices=LAYOUTS, help="how crops and photos are placed")
    parser.add_argument(
        "--region",
        action="append",
        metavar="X,Y,W,H[:NAME]",
        help="rectangle in output pixels, instead of the session's; may be repeated",
    )
    parser.add_argument(
        "--metrics", metavar="LIST", help="under each crop, separated by commas; 'none' for none"
    )
    parser.add_argument("--width", metavar="WIDTH", help=f"{', '.join(WIDTHS)}, or inches")
    parser.add_argument("--dpi", type=int, metavar="N", help="pixels an inch of the PNG and of crops")
    parser.add_argument("--zoom", choices=ZOOMS, help="how crops are enlarged")
    parser.add_argument("--theme", choices=THEMES, help="ground of the figure")
    parser.add_argument("--font", metavar="FONT", help="serif, sans, or an installed family")
    parser.add_argument("--font-size", type=float, metavar="POINTS", help="size of its letters")
    parser.add_argument("--columns", type=int, metavar="N", help="crops in a row")
    parser.add_argument(
        "--panel", action="append", metavar="LABEL", help="show only these pictures, in this order"
    )
    parser.add_argument(
        "--label", action="append", metavar="OLD=NEW", help="print another name under a picture"
    )
    parser.add_argument(
        "--difference", action="store_true", help="under each row of crops, what differs from the reference"
    )
    parser.add_argument("--overview", metavar="LABEL", help="which picture is shown large")
    parser.add_argument("--steps", type=int, metavar="N", help="with --bits, how many sampling steps to show")
    parser.add_argument("--no-input", action="store_true", help="leave the low-resolution photo out")
    parser.add_argument("--no-reference", action="store_true", help="leave reference and ground truth out")


def run(args: argparse.Namespace) -> int:
    """Draw and write; prints the path of the figure."""
    from ...figures.figure import check_format

    given = [source for source in (args.session, args.results, args.bits) if source is not None]
    if len(given) != 1:
        raise FigureError("Give one thing to draw: a session, --results or --bits.")
    if args.session is not None and Path(args.session).is_dir():
        args.session, args.results = None, args.session
    check_format(args.out)
    figure = _bit_figure(args) if args.bits is not None else _session_figure(args)
    print(figure.save(args.out))
    if figure.note:
        print(f"qdit4sr: {figure.note}", file=sys.stderr)
    return 0


def _session_figure(args: argparse.Namespace) -> Figure:
    from ...metrics.regions import Region
    from ...session import (
        comparison_files,
        has_photo,
        load_session,
        session_figure,
        session_from_comparison,
    )

    if args.results is not None:
        session = session_from_comparison(args.results, args.photo, args.reference)
        read = comparison_files(args.results)
        if not has_photo(session) and not args.no_input:
            name = session.photos[0].image.name
            print(f"qdit4sr: The photo {name} is not found; drawn without it (see --photo).", file=sys.stderr)
            session = replace(session, figure=replace(session.figure, show_input=False))
        chosen = None
    else:
        session = load_session(args.session)
        read = [Path(args.session)]
        chosen = args.photo
    if args.against is not None:
        session = replace(session, measured_against=_AGAINST[args.against])
        if _AGAINST[args.against] == GROUND_TRUTH and session.photo(chosen).truth is None:
            raise FigureError("There is no ground truth to measure against; give it with --reference.")
    if args.region:
        session = _with_regions(session, chosen, tuple(Region.parse(text) for text in args.region))
    options = _options(args, session.figure)
    refuse_overwriting([args.out], [*read, *session.photo_files])
    return session_figure(session, chosen, options, args.kind, terminal_progress())


def _with_regions(session: Session, chosen: str | None, regions: tuple[Region, ...]) -> Session:
    target = session.photo(chosen)
    photos = [
        replace(photo, regions=regions, region_colours=()) if photo is target else photo
        for photo in session.photos
    ]
    return replace(session, photos=tuple(photos))


def _bit_figure(args: argparse.Namespace) -> Figure:
    from ...figures import FigureOptions, bit_grid_of, bit_grid_plot
    from ...quantize.artifact.format import read_header

    file = Path(args.bits)
    refuse_overwriting([args.out], [file])
    header = read_header(file)
    grid = bit_grid_of(header.layers, args.steps)
    return bit_grid_plot(grid, file.stem, _options(args, FigureOptions()))


def _options(args: argparse.Namespace, base: FigureOptions) -> FigureOptions:
    """`base` with what was given on the command line. Raises `FigureError`."""
    names = ("layout", "dpi", "zoom", "theme", "font", "font_size", "columns", "overview")
    changes = {name: getattr(args, name) for name in names if getattr(args, name) is not None}
    if args.width is not None:
        changes["width"] = _width(args.width)
    if args.metrics is not None:
        changes["metrics"] = () if args.metrics == "none" else comma_list(args.metrics)
    if args.panel:
        changes["panels"] = tuple(args.panel)
    if args.label:
        changes["labels"] = tuple(_renaming(text) for text in args.label)
    if args.difference:
        changes["difference"] = True
    if args.no_input:
        changes["show_input"] = False
    if args.no_reference:
        changes["show_reference"] = False
    return replace(base, **changes)


def _renaming(text: str) -> tuple[str, str]:
    old, equals, new = text.partition("=")
    if not equals or not old or not new.strip():
        raise FigureError(f"--label must read OLD=NEW, not {text!r}.")
    return old, new.strip()


def _width(text: str) -> str | float:
    try:
        return float(text)
    except ValueError:
        return text
