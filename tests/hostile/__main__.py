"""The whole campaign with its table in Markdown: `python -m tests.hostile [--inputs N] [--kills SHARE]`."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from .commands import environment, make_material
from .disks import can_mount, full_and_read_only
from .inputs import KINDS
from .kills import kill_at_random
from .network import watched
from .warm import Warm

KILLS = {
    "session save": 25,
    "export": 25,
    "figure": 20,
    "compare": 25,
    "upscale": 20,
    "evaluate": 25,
    "evaluate --jobs 2": 12,
    "evaluate --cluster": 16,
    "quantize": 20,
    "quantize --stream": 20,
    "train": 12,
}


def main() -> int:
    """Run the campaign; 1 if anything went wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--inputs", type=int, default=40, help="inputs of each kind (images: three times)")
    parser.add_argument("--kills", type=float, default=1.0, help="share of the kills to be done")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", choices=("inputs", "kills", "disks", "network"))
    parser.add_argument("--command", action="append", choices=list(KILLS), help="kill only this one")
    args = parser.parse_args()
    rows: list[str] = []
    problems: list[str] = []
    if args.only in (None, "inputs"):
        _inputs(args.inputs, args.seed, rows, problems)
    with tempfile.TemporaryDirectory() as folder:
        material = make_material(Path(folder) / "material")
        if args.only in (None, "kills"):
            with Warm() as warm:
                chosen = _chosen(args.command)
                _kills(warm, chosen, args.kills, args.seed, material, Path(folder), rows, problems)
        if args.only in (None, "disks"):
            _disks(material, Path(folder), rows, problems)
        if args.only in (None, "network"):
            _network(material, Path(folder) / "network", rows, problems)
    print("\n".join(rows))
    print("\n" + ("\n\n".join(problems) if problems else "Nothing went wrong."))
    return 1 if problems else 0


def _chosen(names: list[str] | None) -> dict[str, int]:
    return {name: count for name, count in KILLS.items() if names is None or name in names}


def _inputs(count: int, seed: int, rows: list[str], problems: list[str]) -> None:
    rows += [
        "| Hostile inputs | Tried | Read | Refused | Tracebacks | Over 10 s | Slowest |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    totals = dict.fromkeys(("inputs", "read", "refused", "hangs"), 0)
    tracebacks, slowest = 0, 0.0
    for kind in KINDS:
        number = 3 * count if kind == "images" else count
        done = subprocess.run(
            [sys.executable, "-m", "tests.hostile.attack", kind, str(seed), str(number)],
            capture_output=True,
            env=environment(f"inputs-{kind}"),
            check=False,
        )
        if done.returncode != 0:
            problems.append(f"{kind}: the process ended with {done.returncode}: {done.stderr[-2000:]!r}")
            continue
        found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        problems += found["tracebacks"]
        for key in totals:
            totals[key] += found[key]
        tracebacks += len(found["tracebacks"])
        slowest = max(slowest, found["slowest"])
        cells = [found[k] for k in ("inputs", "read", "refused")] + [len(found["tracebacks"]), found["hangs"]]
        rows.append(f"| {kind} | {' | '.join(map(str, cells))} | {found['slowest']:.1f} s |")
        print(rows[-1], file=sys.stderr, flush=True)
    sums = [totals["inputs"], totals["read"], totals["refused"], tracebacks, totals["hangs"]]
    rows.append(f"| all | {' | '.join(map(str, sums))} | {slowest:.1f} s |")
    if totals["hangs"]:
        problems.append(f"{totals['hangs']} inputs took over 10 s.")


def _kills(
    warm: Warm,
    chosen: dict[str, int],
    share: float,
    seed: int,
    material: Any,
    folder: Path,
    rows: list[str],
    problems: list[str],
) -> None:
    rows += [
        "",
        "| Killed at work, at random moments | Kills | Half-written files | Temporary files left "
        "| Processes left | Hangs | Tracebacks | Finished the same afterwards |",
        "|---|---:|---:|---:|---:|---:|---:|---|",
    ]
    sums = [0] * 6
    for name, whole in chosen.items():
        scratch = folder / f"kills-{name.replace(' ', '_')}"
        scratch.mkdir()
        try:
            found = kill_at_random(warm, name, max(1, round(whole * share)), material, scratch, seed)
        except RuntimeError as error:
            problems.append(str(error))
            continue
        keys = ("kills", "broken", "temporary", "left", "hangs", "tracebacks")
        cells = [len(found[key]) if isinstance(found[key], list) else found[key] for key in keys]
        sums = [a + b for a, b in zip(sums, cells, strict=True)]
        rows.append(f"| {name} | {' | '.join(map(str, cells))} | {'yes' if found['exact'] else 'NO'} |")
        print(rows[-1], file=sys.stderr, flush=True)
        if any(cells[1:]) or not found["exact"]:
            problems.append(f"{name}: {found}")
    rows.append(f"| all | {' | '.join(map(str, sums))} | |")


def _disks(material: Any, folder: Path, rows: list[str], problems: list[str]) -> None:
    if not can_mount():
        rows += ["", "Full and read-only disks: not tried, this user cannot mount a disk."]
        return
    found = full_and_read_only(material, folder)
    rows += [
        "",
        "| Full and read-only disks | Runs | Refused in a sentence | Tracebacks | Hangs |",
        "|---|---:|---:|---:|---:|",
        f"| every command | {found['runs']} | {found['refused']} | {len(found['tracebacks'])} "
        f"| {found['hangs']} |",
    ]
    problems += found["tracebacks"] + [f"finished on a {name}" for name in found["finished"]]


def _network(material: Any, folder: Path, rows: list[str], problems: list[str]) -> None:
    found = watched(material, folder)
    rows += [
        "",
        "| Network watched and closed | Runs | Reached for a host | Failed |",
        "|---|---:|---:|---:|",
        f"| every command, the window | {found['runs']} | {len(found['reached'])} | {len(found['failed'])} |",
    ]
    problems += found["reached"] + found["failed"]


if __name__ == "__main__":
    sys.exit(main())
