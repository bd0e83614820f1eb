"""`qdit4sr quantize`: a variant of a model as one file, to be kept and used again."""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import TYPE_CHECKING

from ...errors import OutputError, VariantError
from ...file_names import hidden_beside
from ...one_writer import one_writer
from ...whole_file import check_writable, refuse_overwriting
from ..calibration import CalibrationPhotos, add_calibration_arguments, check_calibration_arguments
from ..inputs import add_sampling_arguments, open_model, sampling_settings, use_threads
from ..path_argument import given_path
from ..terminal import terminal_progress

if TYPE_CHECKING:
    from collections.abc import Callable

    from ...images import LoadedImage
    from ...models.dit4sr import DiT4SR
    from ...models.super_resolution_model import SuperResolutionModel
    from ...quantize import Calibration, MethodConfig

HELP = "Quantize a model with one method and save it as one file."
DEFAULT_VARIANT = "q-dit4sr-w4a4"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument(
        "variant",
        nargs="?",
        default=DEFAULT_VARIANT,
        help=f"METHOD[-wXaY][:option=value,...] (default {DEFAULT_VARIANT})",
    )
    parser.add_argument("--out", type=given_path, metavar="FILE", help="the .safetensors file to write")
    add_calibration_arguments(parser)
    parser.add_argument(
        "--stream",
        action="store_true",
        help="read, quantize and write a published model's folder layer by layer, with little memory; "
        "an interrupted run goes on where it stopped; methods that need statistics run the whole model once",
    )
    parser.add_argument(
        "--export",
        type=given_path,
        metavar="FOLDER",
        help="also write the dequantized weights as a checkpoint under the original names",
    )
    parser.add_argument(
        "--export-format",
        default="dequantized",
        choices=("dequantized", "convrot_w4a4", "int8_tensorwise", "nunchaku_lite"),
        help="layout of --export: plain floats (default), ComfyUI's convrot_w4a4 or int8_tensorwise, or a "
        "nunchaku_lite folder; it is told what each loses",
    )
    add_sampling_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Check the inputs, quantize, save; returns 0, or 1 when a calibration photo could not be read."""
    from ...quantize.methods import method_of
    from ...quantize.variants import parse_variant

    variant = parse_variant(args.variant)
    if variant.config is None:
        raise VariantError(f"{variant.label} is no quantization method; give METHOD[-wXaY].")
    out: Path = args.out or Path(f"{variant.file_stem}.safetensors")
    check_calibration_arguments(args)
    if out.suffix != ".safetensors":
        raise OutputError(f"A quantized model is a safetensors file, so its name must end so: {out}.")
    check_writable(out)
    _refuse_overwriting_the_model(args, out)
    photos = CalibrationPhotos(args.calibration)
    use_threads(args.threads)
    began = time.perf_counter()
    with one_writer(out):
        if args.stream:
            text = _stream(args, variant.config, out, photos)
        else:
            text = _whole(args, variant.config, out, photos)
        seconds = time.perf_counter() - began
        print(f"{out}: {method_of(variant.config).label}, {text}, {seconds:.1f} s")
        if args.export is not None:
            print(_export(out, args.export, args.export_format))
    return 1 if photos.tell_problems() else 0


def _export(artifact: Path, folder: Path, layout: str) -> str:
    """Write the export; returns what was written and what it has lost."""
    from ...quantize.artifact.export import export_dequantized
    from ...quantize.artifact.export_layout import export_layout

    if layout == "dequantized":
        written = export_dequantized(artifact, folder, progress=terminal_progress())
        return f"{written}: dequantized weights, activations no longer rounded"
    export = export_layout(artifact, folder, layout, progress=terminal_progress())
    floats = f"{export.floats} in plain floats; lost: {export.loses}"
    return f"{export.path}: {export.layers} layers as {layout}, {floats}"


def _refuse_overwriting_the_model(args: argparse.Namespace, out: Path) -> None:
    """Neither the artifact nor the export may replace a file of the model that is read, or of its base."""
    from ...model_files import PUBLISHED_DESCRIPTION, PUBLISHED_WEIGHTS, is_nano
    from ...models.published import find_base

    if args.model is None:
        return
    model = Path(args.model)
    folders = [folder for name in ("", "transformer") if (folder := model / name).is_dir()]
    read = [path for folder in folders for path in folder.iterdir()]
    reads_base = model.is_dir() and not is_nano(model)
    if reads_base and (base := find_base(model, args.base)) is not None:
        parts = ("vae/*", "text_encoder*/*", "tokenizer*/*")
        read += [path for part in parts for path in base.glob(part)]
    written = (PUBLISHED_WEIGHTS, PUBLISHED_DESCRIPTION)
    exported = [] if args.export is None else [args.export / name for name in written]
    refuse_overwriting([out, *exported], read)


def _whole(args: argparse.Namespace, config: MethodConfig, out: Path, photos: CalibrationPhotos) -> str:
    from ...quantize import needs_calibration
    from ...quantize.artifact.format import bits_per_weight, save_artifact
    from ...quantized_models import quantize_keeping

    model = open_model(args)
    calibration = _calibration(args, model, photos.load(), config) if needs_calibration(config) else None
    quantized = quantize_keeping(
        model,
        config,
        calibration,
        recalibrate=_recalibration(args, model, photos),
        progress=terminal_progress(),
    )
    size = save_artifact(quantized, out)
    return f"{bits_per_weight(quantized):.2f} bits a block weight, {size / 1e6:.2f} MB on disk"


def _calibration(
    args: argparse.Namespace,
    model: SuperResolutionModel,
    photos: list[LoadedImage] | None,
    config: MethodConfig,
) -> Calibration:
    from ...quantize import needs_sensitivity
    from ...upscale.kept_calibration import kept_calibration
    from ...user_folders import calibration_folder

    return kept_calibration(
        model,
        calibration_folder(),
        photos,
        sampling_settings(args, model),
        crop=args.calibration_crop,
        sensitivity=needs_sensitivity(config),
        progress=terminal_progress(),
    )


def _recalibration(
    args: argparse.Namespace, model: SuperResolutionModel, photos: CalibrationPhotos
) -> Callable[[DiT4SR], Calibration]:
    """Statistics of the model with another transformer, from the same photos."""
    from ...upscale.calibration import calibrate

    def recalibrate(transformer: DiT4SR) -> Calibration:
        return calibrate(
            model.with_transformer(transformer),
            photos.load(),
            sampling_settings(args, model),
            crop=args.calibration_crop,
            sensitivity=False,
        )

    return recalibrate


def _kept_calibration(
    args: argparse.Namespace, path: Path, photos: list[LoadedImage] | None, config: MethodConfig
) -> Calibration:
    """The statistics an interrupted run left in `path`, or new ones, which take the whole model in memory."""
    from ...quantize import needs_sensitivity
    from ...quantize.calibration.file import load_calibration, save_calibration
    from ...upscale.calibration import calibration_provenance, crop_side

    described = open_model(args, [])  # without its weights
    wanted = calibration_provenance(
        described.source_hash,
        photos,
        sampling_settings(args, described),
        crop_side(described.minimum_side, args.calibration_crop),
        needs_sensitivity(config),
    )
    if path.is_file():
        kept = load_calibration(path)
        if kept.provenance == json.loads(json.dumps(wanted)):
            return kept
    save_calibration(_calibration(args, open_model(args), photos, config), path)
    return load_calibration(path)


def _stream(args: argparse.Namespace, config: MethodConfig, out: Path, photos: CalibrationPhotos) -> str:
    from ...models.checkpoint import open_checkpoint
    from ...models.published import KEPT_POSITIONS
    from ...quantize import needs_calibration
    from ...quantize.artifact.stream import quantize_checkpoint

    if args.model is None:
        raise VariantError("--stream reads a published model's folder; name it with --model.")
    statistics = hidden_beside(out, ".statistics")
    calibration = None
    if needs_calibration(config):
        calibration = _kept_calibration(args, statistics, photos.load(), config)
    report = quantize_checkpoint(
        open_checkpoint(args.model, args.key_mode, KEPT_POSITIONS),
        config,
        out,
        calibration,
        progress=terminal_progress(),
    )
    statistics.unlink(missing_ok=True)
    resumed = f" ({report.resumed} from an earlier run)" if report.resumed else ""
    return f"{report.layers} layers{resumed}, {report.bytes / 1e6:.2f} MB on disk"
