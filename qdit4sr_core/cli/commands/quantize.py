"""`qdit4sr quantize`: a variant of a model as one file, to be kept and used again."""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import TYPE_CHECKING

from ...errors import OutputError, VariantError
from ..inputs import add_sampling_arguments, open_model, sampling_settings, use_threads
from ..terminal import terminal_progress

if TYPE_CHECKING:
    from ...images import LoadedImage
    from ...models.registry import SuperResolutionModel
    from ...quantize import Calibration, MethodConfig

HELP = "Quantize a model with one method and save it as one file."
DEFAULT_VARIANT = "q-dit4sr-w4a4"
PHOTO_SUFFIXES = (".png", ".jpg", ".jpeg", ".webp", ".bmp", ".tif", ".tiff")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument(
        "variant",
        nargs="?",
        default=DEFAULT_VARIANT,
        help=f"METHOD[-wXaY][:option=value,...] (default {DEFAULT_VARIANT})",
    )
    parser.add_argument("--out", type=Path, metavar="FILE", help="the .safetensors file to write")
    parser.add_argument(
        "--calibration",
        type=Path,
        metavar="FOLDER",
        help="low-resolution photos to take statistics from, for methods that need them (default: bundled)",
    )
    parser.add_argument(
        "--stream",
        action="store_true",
        help="read, quantize and write a published model's folder layer by layer, with little memory; "
        "an interrupted run goes on where it stopped; methods that need statistics run the whole model once",
    )
    parser.add_argument(
        "--export",
        type=Path,
        metavar="FOLDER",
        help="also write the dequantized weights as a checkpoint under the original names",
    )
    add_sampling_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Check the inputs, quantize, save; returns 0."""
    from ...quantize.methods import method_of
    from ...quantize.variants import parse_variant

    variant = parse_variant(args.variant)
    if variant.config is None:
        raise VariantError(f"{variant.label} is no quantization method; give METHOD[-wXaY].")
    out: Path = args.out or Path(f"{variant.file_stem}.safetensors")
    if out.suffix != ".safetensors":
        raise OutputError(f"A quantized model is a safetensors file, so its name must end so: {out}.")
    if not out.parent.is_dir():
        raise OutputError(f"The folder {out.parent} does not exist; make it first.")
    use_threads(args.threads)
    began = time.perf_counter()
    if args.stream:
        text = _stream(args, variant.config, out)
    else:
        text = _whole(args, variant.config, out)
    seconds = time.perf_counter() - began
    print(f"{out}: {method_of(variant.config).label}, {text}, {seconds:.1f} s")
    if args.export is not None:
        from ...quantize.artifact.export import export_dequantized

        written = export_dequantized(out, args.export, progress=terminal_progress())
        print(f"{written}: dequantized weights, activations no longer rounded")
    return 0


def _whole(args: argparse.Namespace, config: MethodConfig, out: Path) -> str:
    from ...quantize import needs_calibration, quantize
    from ...quantize.artifact.format import bits_per_weight, save_artifact

    model = open_model(args)
    calibration = _calibration(args, model, _photos(args)) if needs_calibration(config) else None
    quantized = quantize(
        model.transformer,
        config,
        calibration,
        source_hash=model.source_hash,
        progress=terminal_progress(),
    )
    size = save_artifact(quantized, out)
    return f"{bits_per_weight(quantized):.2f} bits a weight, {size / 1e6:.2f} MB"


def _photos(args: argparse.Namespace) -> list[LoadedImage] | None:
    """The photos of `--calibration`; None for the bundled ones."""
    if args.calibration is None:
        return None
    from ...images import load_image

    if not args.calibration.is_dir():
        raise VariantError(f"{args.calibration} is not a folder of photos.")
    found = sorted(p for p in args.calibration.iterdir() if p.suffix.lower() in PHOTO_SUFFIXES)
    if not found:
        raise VariantError(f"{args.calibration} holds no photos to calibrate with.")
    return [load_image(p) for p in found]


def _calibration(
    args: argparse.Namespace, model: SuperResolutionModel, photos: list[LoadedImage] | None
) -> Calibration:
    from ...upscale.calibration import calibrate

    return calibrate(model, photos, sampling_settings(args, model), progress=terminal_progress())


def _kept_calibration(args: argparse.Namespace, path: Path) -> Calibration:
    """The statistics an interrupted run left in `path`, or new ones, which take the whole model in memory."""
    from ...quantize.calibration.file import load_calibration, save_calibration
    from ...upscale.calibration import calibration_provenance, crop_side

    photos = _photos(args)
    described = open_model(args, [])  # without its weights
    wanted = calibration_provenance(
        described, photos, sampling_settings(args, described), crop_side(described)
    )
    if path.is_file():
        kept = load_calibration(path)
        if kept.provenance == json.loads(json.dumps(wanted)):
            return kept
    save_calibration(_calibration(args, open_model(args), photos), path)
    return load_calibration(path)


def _stream(args: argparse.Namespace, config: MethodConfig, out: Path) -> str:
    from ...models.checkpoint import open_checkpoint
    from ...models.published import KEPT_POSITIONS
    from ...quantize import needs_calibration
    from ...quantize.artifact.stream import quantize_checkpoint

    if args.model is None:
        raise VariantError("--stream reads a published model's folder; name it with --model.")
    statistics = out.with_name(f".{out.name}.statistics")
    calibration = _kept_calibration(args, statistics) if needs_calibration(config) else None
    report = quantize_checkpoint(
        open_checkpoint(args.model, args.key_mode, KEPT_POSITIONS),
        config,
        out,
        calibration,
        progress=terminal_progress(),
    )
    statistics.unlink(missing_ok=True)
    resumed = f" ({report.resumed} from an earlier run)" if report.resumed else ""
    return f"{report.layers} layers{resumed}, {report.bytes / 1e6:.2f} MB"
