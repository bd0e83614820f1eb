"""`qdit4sr bench gui`: how long frames take while panning, zooming and dragging a region."""

from __future__ import annotations

import argparse
import dataclasses
import json
from collections.abc import Sequence

from qdit4sr_core.cli.bench_timing import table
from qdit4sr_core.cli.terminal import terminal_progress


def main(argv: Sequence[str]) -> int:
    """Measure and print a Markdown table, or JSON; returns 0. `argv`: the arguments after `bench gui`."""
    parser = argparse.ArgumentParser(prog="qdit4sr bench gui", description=__doc__)
    parser.add_argument("--side", type=int, default=4096, help="image side in pixels (default 4096)")
    parser.add_argument("--panes", type=int, default=4, help="images beside each other (default 4)")
    parser.add_argument("--frames", type=int, default=60, help="frames of each movement (default 60)")
    parser.add_argument("--json", action="store_true", help="print JSON")
    try:
        args = parser.parse_args(list(argv))
    except SystemExit as stop:  # argparse has said what was wrong, or printed the help
        return stop.code if isinstance(stop.code, int) else 2
    from PySide6.QtGui import QGuiApplication
    from PySide6.QtWidgets import QApplication

    from .frame_timing import measure_frames

    application = QApplication.instance() or QApplication(["qdit4sr"])
    results = measure_frames(args.side, args.panes, frames=args.frames, progress=terminal_progress())
    application.processEvents()  # the closed window's last events
    if args.json:
        print(json.dumps([dataclasses.asdict(result) for result in results], indent=2))
    else:
        cells = [
            [r.name, str(r.frames), *(f"{ms:.1f} ms" for ms in (r.median_ms, r.p95_ms, r.worst_ms))]
            for r in results
        ]
        print(table(["movement", "frames", "median", "95 %", "worst"], cells))
        platform = QGuiApplication.platformName()
        print(f"{args.panes} images of {args.side} x {args.side}, Qt platform {platform}")
    return 0
