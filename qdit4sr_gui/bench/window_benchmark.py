"""`qdit4sr bench gui`: how soon the window is there, how evenly it moves, how much memory it holds."""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import platform
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from qdit4sr_core.cli.bench.timing import table
from qdit4sr_core.cli.terminal import terminal_progress
from qdit4sr_core.processors import usable_processors
from qdit4sr_core.progress import Progress
from qdit4sr_gui.display import why_no_window

if TYPE_CHECKING:
    from .forecast_accuracy import ForecastMark
    from .frame_timing import FrameTimes
    from .memory_use import MemoryUse

PARTS = {
    "start": "a fresh process until the window is painted",
    "frames": "panning, zooming and dragging a region over large images",
    "numbers": "from the mouse to the numbers of a dragged region",
    "tick": "the event loop while the bundled model runs",
    "forecast": "what is foretold of a first and a second run, against the truth",
    "results": "memory with twenty results on the panes and as differences",
    "runs": "memory over many runs of a tiny model",
}


def main(argv: Sequence[str]) -> int:
    """Measure and print Markdown tables, or JSON; returns 0. `argv`: the arguments after `bench gui`."""
    parser = argparse.ArgumentParser(prog="qdit4sr bench gui", description=__doc__)
    parser.add_argument("--side", type=int, default=4096, help="image side in pixels (default 4096)")
    parser.add_argument("--panes", type=int, default=4, help="images beside each other (default 4)")
    parser.add_argument("--frames", type=int, default=60, help="frames of each movement (default 60)")
    parser.add_argument("--results", type=int, default=20, help="results held in memory (default 20)")
    parser.add_argument("--runs", type=int, default=200, help="runs of the tiny model (default 200)")
    parser.add_argument("--rounds", type=int, default=5, help="starts of the window (default 5)")
    parser.add_argument(
        "--only",
        action="append",
        choices=PARTS,
        help="measure this part; may be repeated (default: all): "
        + "; ".join(f"{name}, {what}" for name, what in PARTS.items()),
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    try:
        args = parser.parse_args(list(argv))
    except SystemExit as stop:  # argparse has said what was wrong, or printed the help
        return stop.code if isinstance(stop.code, int) else 2
    if why_no_window(sys.platform, os.environ):
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from PySide6.QtGui import QGuiApplication

    from qdit4sr_gui.app import create_application
    from qdit4sr_gui.style.theme import apply_theme

    application = create_application()
    apply_theme(application, "system")
    times, memory, told = _measure(args, terminal_progress())
    application.processEvents()  # the closed windows' last events
    facts = _machine(QGuiApplication.platformName())
    if args.json:
        measured = {"times": _plain(times), "memory": _plain(memory), "forecast": _plain(told)}
        print(json.dumps({"machine": facts, **measured}, indent=2))
        return 0
    if times:
        cells = [
            [r.name, str(r.frames), *(f"{ms:.1f} ms" for ms in (r.median_ms, r.p95_ms, r.worst_ms))]
            for r in times
        ]
        print(table(["what", "times", "median", "95 %", "worst"], cells))
    if memory:
        cells = [
            [m.name, f"{m.before_mb:.0f} MB", f"{m.after_mb:.0f} MB", f"{m.growth:+.1%}"] for m in memory
        ]
        print(table(["memory in use", "before", "after", "growth"], cells))
    if told:
        print(table(["run", "as this begins", "after", "told in all", "in truth", "error"], _rows(told)))
    print(f"{args.panes} images of {args.side} x {args.side}, " + ", ".join(map(str, facts.values())))
    return 0


def _rows(told: Sequence[ForecastMark]) -> list[list[str]]:
    return [
        [
            mark.run,
            mark.variant,
            f"{mark.at_seconds:.1f} s",
            "nothing" if mark.told_seconds is None else f"{mark.told_seconds:.1f} s",
            f"{mark.true_seconds:.1f} s",
            "" if mark.error is None else f"{mark.error:+.0%}",
        ]
        for mark in told
    ]


def _measure(
    args: argparse.Namespace, progress: Progress
) -> tuple[list[FrameTimes], list[MemoryUse], list[ForecastMark]]:
    from .forecast_accuracy import measure_forecast
    from .frame_timing import measure_frames
    from .memory_use import measure_large_results, measure_runs
    from .studio_timing import time_numbers, time_start, time_tick

    parts = args.only or list(PARTS)
    times: list[FrameTimes] = []
    memory: list[MemoryUse] = []
    told = measure_forecast() if "forecast" in parts else []
    if "start" in parts:
        times.append(time_start(args.rounds))
    if "frames" in parts:
        times += measure_frames(args.side, args.panes, frames=args.frames, progress=progress)
    if "numbers" in parts:
        times.append(time_numbers(args.side, max(1, args.panes - 1), args.frames))
    if "tick" in parts:
        times.append(time_tick())
    if "runs" in parts:
        memory.append(measure_runs(args.runs, progress))
    if "results" in parts:
        memory += measure_large_results(args.side, args.results)
    return times, memory, told


def _machine(qt_platform: str) -> dict[str, str]:
    return {
        "system": f"{platform.system()} {platform.machine()}",
        "cores": f"{usable_processors()} cores",
        "qt": f"Qt platform {qt_platform}",
    }


def _plain(results: Sequence[Any]) -> list[dict[str, Any]]:
    return [dataclasses.asdict(result) for result in results]
