"""`qdit4sr bench`: how fast things are on this machine."""

from __future__ import annotations

import argparse
import dataclasses
import json
import platform
from typing import TYPE_CHECKING, Any

from ...errors import SettingsError
from ...processors import usable_processors
from ..bench.hsvd import add_hsvd_arguments, run_hsvd
from ..comma_list import comma_list
from ..path_argument import given_name, given_path
from ..terminal import terminal_progress

if TYPE_CHECKING:
    from ..bench.pictures import PictureLoss
    from ..bench.timing import Timing

HELP = "Measure speed and memory on this machine."
NANO_VARIANTS = "rtn-w4a4,q-dit4sr-w4a4"
FP16_BYTES = 5_433_628_288
"""The published transformer in half precision, position table not counted."""
STREAM_VARIANT = "q-dit4sr-w4a4:vatmp=false"
PICTURE_VARIANTS = "q-dit4sr-w4a4"
PUBLISHED_VARIANTS = "rtn-w4a4,q-dit4sr-w4a4:vasmp=false,vatmp=false"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the benchmarks."""
    parser.epilog = "`qdit4sr bench gui` times the window's frames."
    benches = parser.add_subparsers(dest="bench", required=True, metavar="WHAT")
    startup = benches.add_parser("startup", help="fresh processes: the command line, the bundled model")
    nano = benches.add_parser("nano", help="upscaling with the bundled model, every engine")
    nano.add_argument("--variants", metavar="LIST", default=NANO_VARIANTS, help=f"default {NANO_VARIANTS}")
    nano.add_argument("--steps", metavar="N", type=int, help="denoising steps (default: the model's own)")
    nano.add_argument(
        "--photo", metavar="PHOTO", type=given_name, default="coffee", help="bundled photo (default coffee)"
    )
    nano.add_argument("--whole", action="store_true", help="the whole photo, not its middle of one tile")
    quantize = benches.add_parser("quantize", help="quantizing the bundled model by every method")
    add_hsvd_arguments(
        benches.add_parser("hsvd", help="error of the hierarchical branch against a plain one of equal size")
    )
    published = benches.add_parser("published", help="the published architecture with random weights")
    published.add_argument(
        "--layers", metavar="N", type=int, default=2, help="depth; 24 is the whole model (default 2)"
    )
    published.add_argument(
        "--variants", metavar="LIST", default=PUBLISHED_VARIANTS, help=f"default {PUBLISHED_VARIANTS}"
    )
    published.add_argument("--device", choices=("cpu", "cuda"), help="default: CUDA when there")
    published.add_argument(
        "--against",
        action="append",
        choices=("diffusers", "torchao", "none"),
        help="also time this, or none (default: both, where installed)",
    )
    pictures = benches.add_parser(
        "pictures", help="PSNR to full precision of bundled photos, by the simulation and by the kernel"
    )
    pictures.add_argument(
        "--variants", metavar="LIST", default=PICTURE_VARIANTS, help=f"default {PICTURE_VARIANTS}"
    )
    pictures.add_argument("--photos", metavar="LIST", help="bundled photos (default: the six of the tests)")
    pictures.add_argument("--steps", metavar="N", type=int, help="denoising steps (default: the model's own)")
    pictures.add_argument("--threads", metavar="N", type=int, help="CPU threads (default: all)")
    pictures.add_argument("--json", action="store_true", help="print every measurement as JSON")
    stream = benches.add_parser("stream", help="quantizing published-size blocks from disk, layer by layer")
    stream.add_argument(
        "--layers", metavar="N", type=int, default=1, help="depth; 24 is the whole model (default 1)"
    )
    stream.add_argument(
        "--variant", metavar="VARIANT", default=STREAM_VARIANT, help=f"default {STREAM_VARIANT}"
    )
    stream.add_argument(
        "--folder", metavar="FOLDER", type=given_path, help="where the random weights are written meanwhile"
    )
    stream.add_argument("--threads", metavar="N", type=int, help="CPU threads (default: all)")
    stream.add_argument("--json", action="store_true", help="print the measurement as JSON")
    for command in (nano, quantize, pictures):
        command.add_argument(
            "--model", type=given_name, metavar="FOLDER", help="instead of the bundled model"
        )
    for command, rounds in ((startup, 5), (nano, 15), (quantize, 2), (published, 7)):
        command.add_argument(
            "--rounds",
            metavar="N",
            type=int,
            default=rounds,
            help=f"measurements (default {rounds}, fewer where they would take minutes)",
        )
        command.add_argument("--threads", metavar="N", type=int, help="CPU threads (default: all)")
        command.add_argument("--json", action="store_true", help="print every measurement as JSON")


def run(args: argparse.Namespace) -> int:
    """Measure and print a Markdown table, or JSON."""
    from ..bench.speed_report import HEADER, speed_report
    from ..bench.timing import TIMING_HEADER, speed_cells, table, timing_cells

    if args.bench == "hsvd":
        return run_hsvd(args)
    if args.bench == "stream":
        return _run_stream(args)
    if args.bench == "pictures":
        return _run_pictures(args)
    if args.rounds < 1:
        raise SettingsError(f"The number of rounds must be at least 1, but it is {args.rounds}.")
    parts = _parts(args)  # first: minutes pass before the rest is there
    if not args.json:
        for alone in parts:
            print(table(HEADER, [speed_cells(t) for t in alone]) + "\n", flush=True)
    absent: dict[str, str] = {}
    timings = _measure(args, absent)
    if args.json:
        told = [t.to_dict() for t in timings]
        values: dict[str, Any] = {"machine": machine(), "timings": told, "absent": absent}
        if parts:
            values["parts"] = [[t.to_dict() for t in alone] for alone in parts]
        print(json.dumps(values, indent=2))
        return 0
    if args.bench in ("nano", "published"):
        print("\n".join(speed_report(timings, absent)))
    else:
        print(table(TIMING_HEADER, [timing_cells(t) for t in timings]))
    print(", ".join(f"{key} {value}" for key, value in machine().items()))
    if args.bench == "published":
        _say_whole_model(timings, args.layers)
    return 0


def _run_stream(args: argparse.Namespace) -> int:
    from ..bench.stream import time_stream
    from ..inputs import use_threads

    use_threads(args.threads)
    timing = time_stream(args.variant, layers=args.layers, folder=args.folder, progress=terminal_progress())
    if args.json:
        print(json.dumps({"machine": machine(), **dataclasses.asdict(timing)}, indent=2))
        return 0
    print("\n".join(timing.lines()))
    print(", ".join(f"{key} {value}" for key, value in machine().items()))
    return 0


def _run_pictures(args: argparse.Namespace) -> int:
    """Each photo's row as soon as it is measured, then what they say together."""
    from ...models import load_model
    from ..bench.pictures import HEADER, PHOTOS, picture_losses, picture_row, say_differences
    from ..inputs import use_threads

    use_threads(args.threads)
    names = comma_list(args.photos or "") or PHOTOS
    found: list[PictureLoss] = []
    for loss in picture_losses(load_model(args.model), args.variants, names, args.steps, terminal_progress()):
        if not args.json:
            if not found:
                print(f"| {' | '.join(HEADER)} |\n|{'---|' * len(HEADER)}", flush=True)
            print(f"| {' | '.join(picture_row(loss))} |", flush=True)
        found.append(loss)
    if args.json:
        pictures = [{**dataclasses.asdict(loss), "difference": loss.difference} for loss in found]
        print(json.dumps({"machine": machine(), "pictures": pictures}, indent=2))
        return 0
    print("\n".join(say_differences(found)))
    print(", ".join(f"{key} {value}" for key, value in machine().items()))
    return 0


def _measure(args: argparse.Namespace, absent: dict[str, str]) -> list[Timing]:
    from ..bench.bundled import time_quantize, time_startup
    from ..bench.nano import time_nano

    progress = terminal_progress()
    if args.bench == "startup":
        return time_startup(args.rounds, progress)
    from ..inputs import use_threads

    use_threads(args.threads)
    if args.bench in ("nano", "quantize"):
        from ...models import load_model

        model = load_model(args.model)
        if args.bench == "quantize":
            return time_quantize(model, args.rounds, progress)
        return time_nano(
            model, args.variants, args.rounds, args.steps, args.photo, progress, whole=args.whole
        )
    from ..bench.published import OTHERS, time_published

    return time_published(
        args.variants,
        layers=args.layers,
        rounds=args.rounds,
        device=args.device,
        others=tuple(name for name in args.against or OTHERS if name != "none"),
        absent=absent,
        progress=progress,
    )


def _parts(args: argparse.Namespace) -> list[list[Timing]]:
    """A linear and an attention alone, at the size of the model that was timed, on the CPU."""
    from ...models import load_model
    from ..bench.operations import time_operations
    from ..bench.published import shallow_config
    from ..inputs import use_threads

    if args.bench not in ("nano", "published"):
        return []
    use_threads(args.threads)
    if args.bench == "nano":
        return time_operations(load_model(args.model, weights=False).transformer.config, 648, 41)
    return [] if args.device == "cuda" else time_operations(shallow_config(1), 1024, 9)


def machine() -> dict[str, Any]:
    """What the numbers were measured on."""
    import torch

    from ...engines import kernel

    facts: dict[str, Any] = {
        "system": f"{platform.system()} {platform.machine()}",
        "cores": usable_processors(),
        "threads": torch.get_num_threads(),
        "torch": torch.__version__,
        "kernel": kernel.describe(),
    }
    if torch.cuda.is_available():
        facts["gpu"] = torch.cuda.get_device_name()
    return facts


def _say_whole_model(timings: list[Timing], layers: int) -> None:
    """Seconds and memory of the whole model, from what was measured at this depth."""
    from ..bench.published import FULL_DEPTH
    from ..bench.timing import table

    how = "measured" if layers == FULL_DEPTH else f"extrapolated from {layers} of {FULL_DEPTH} blocks"
    rows = []
    for timing in timings:
        passes = 40 * 2 // timing.facts["batch"]  # guidance needs two evaluations a step
        seconds = passes * timing.median * FULL_DEPTH / layers
        held = timing.facts["whole_held_bytes"]
        ratio = FP16_BYTES / held
        rows.append([timing.name, f"{seconds:.0f} s", f"{held / 1e9:.2f} GB", f"{ratio:.2f}"])
    half = f"fp16 ({FP16_BYTES / 1e9:.2f} GB) over it"
    header = [f"whole model, {how}", "512x512, 40 steps, guidance", "weights held", half]
    print()
    print(table(header, rows))
