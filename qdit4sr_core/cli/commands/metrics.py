"""`qdit4sr metrics`: what can be measured here, what is missing, and fetching it."""

from __future__ import annotations

import argparse

from ...errors import SettingsError
from ...text_table import fitted
from ..comma_list import comma_list
from ..inputs import open_photo
from ..path_argument import given_path
from ..terminal import terminal_columns, terminal_progress

HELP = "List the metrics, fetch missing weights on request, or measure one picture."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument(
        "image", nargs="?", type=given_path, help="a picture to measure; without it, the metrics are listed"
    )
    parser.add_argument(
        "--reference", type=given_path, metavar="FILE", help="what the picture is compared with"
    )
    parser.add_argument(
        "--metrics", metavar="LIST", help="which, separated by commas (default: the fast ones)"
    )
    parser.add_argument("--region", metavar="X,Y,W,H", help="measure only this rectangle")
    parser.add_argument(
        "--border", type=int, default=0, metavar="PIXELS", help="pixels left out at each side (default 0)"
    )
    parser.add_argument("--download", metavar="LIST", help="fetch the weights of these metrics, then list")


def run(args: argparse.Namespace) -> int:
    """List, download or measure. Returns 1 when a wanted value could not be had."""
    if args.download is not None:
        from ...metrics.download import download

        for name in comma_list(args.download):
            for path in download(name, progress=terminal_progress()):
                print(f"{name}: {path}")
    if args.image is None:
        if args.reference is not None or args.region is not None:
            raise SettingsError("--reference and --region need a picture to measure.")
        if args.download is None:
            print("\n".join(fitted([listing()], terminal_columns(), hang=19)))
        return 0
    return _measure(args)


def listing() -> str:
    """Every metric with its direction, smallest region, and whether it works here."""
    from ...metrics.registry import METRICS, availability

    lines = []
    for metric in METRICS.values():
        found = availability(metric.name)
        state = "ready" if found.why is None else found.why.sentence()
        if found.file:
            state += f" into {found.folder}"
        against = "reference" if metric.full_reference else "alone"
        lines.append(
            f"{metric.name:18} {metric.arrow:3} {against:10} >= {metric.minimum_side:3} px  "
            f"{metric.measures} [{state}]"
        )
    return "\n".join(lines)


def _measure(args: argparse.Namespace) -> int:
    from ...metrics.regions import Region
    from ...metrics.registry import METRICS
    from ...metrics.values import compute_region

    image = open_photo(str(args.image)).pixels
    reference = None if args.reference is None else open_photo(str(args.reference)).pixels
    names = comma_list(args.metrics or "") or [n for n, m in METRICS.items() if m.engine == "fast"]
    region = Region.parse(args.region) if args.region else None
    values = compute_region(
        names, image, reference, region, border=args.border, reference_name=str(args.reference or "")
    )
    lines = [f"{v.name:18} {METRICS[v.name].arrow:3} {v.text}  ({v.engine})" for v in values]
    print("\n".join(fitted(lines, terminal_columns(), hang=23)))
    return 0 if all(value.value is not None for value in values) else 1
