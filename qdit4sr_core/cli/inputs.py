"""Arguments and inputs that several commands share: photos by path or sample name, sampling settings."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..errors import SettingsError
from ..images import SAMPLE_PREFIX, LoadedImage, load_image, load_sample, lr_sample, sample_names
from ..setting_words import COLOR_FIXES, KEY_MODES, SOLVERS
from .path_argument import given_name, given_path
from .terminal import terminal_progress

if TYPE_CHECKING:
    from ..compare import VariantResult
    from ..models.super_resolution_model import SuperResolutionModel
    from ..quantize.variants import Variant
    from ..upscale import SamplingSettings

PHOTO_HELP = "the low-resolution photo: a file, or sample:NAME for a bundled one"


def open_photo(text: str) -> LoadedImage:
    """The LR photo of a path or `sample:NAME`. Raises `ImageError`."""
    if text.startswith(SAMPLE_PREFIX):
        return lr_sample(text.removeprefix(SAMPLE_PREFIX))
    return load_image(text)


def open_reference(text: str | None, photo: str) -> LoadedImage | None:
    """The ground truth of a path or `sample:NAME`; a bundled photo brings its own. Raises `ImageError`."""
    if text is None:
        return load_sample(photo.removeprefix(SAMPLE_PREFIX)) if photo.startswith(SAMPLE_PREFIX) else None
    if text.startswith(SAMPLE_PREFIX):
        return load_sample(text.removeprefix(SAMPLE_PREFIX))
    return load_image(text)


def say_notes(image: LoadedImage, name: str) -> None:
    """Tell on stderr, once each, what was converted when a photo was read."""
    for note in image.notes:
        print(f"{name}: {note}", file=sys.stderr)


VARIANTS_HELP = (
    "separated by commas: fp, bicubic, METHOD[-wXaY][:option=value,...], artifact:FILE, images:FOLDER of "
    "results made elsewhere"
)
SEED_HELP = "seed of the noise (default 0)"


def add_sampling_arguments(parser: argparse.ArgumentParser, seed_help: str = SEED_HELP) -> None:
    """The model and everything that `SamplingSettings` holds, each defaulting to the model's own."""
    parser.add_argument(
        "--model", type=given_name, metavar="FOLDER", help="model folder; the bundled model when not given"
    )
    parser.add_argument("--key-mode", choices=KEY_MODES, help="how the published models make LR keys")
    parser.add_argument(
        "--base",
        type=given_path,
        metavar="FOLDER",
        help="Stable Diffusion 3.5 medium folder of a published model, if not beside it",
    )
    parser.add_argument(
        "--caption",
        metavar="TEXT",
        help="what the photo shows, for models with text (default: the photo's .txt file)",
    )
    parser.add_argument(
        "--device",
        choices=("cpu", "cuda", "mps"),
        help="where a published model runs (default: a GPU if there is one)",
    )
    parser.add_argument(
        "--posterior-seed",
        type=int,
        metavar="SEED",
        help="condition a published model on a sample of its VAE's posterior instead of the mean",
    )
    parser.add_argument(
        "--steps",
        type=int,
        metavar="N",
        help="denoising steps (default: the model's own, as for all below without another)",
    )
    parser.add_argument("--seed", type=int, metavar="N", help=seed_help)
    parser.add_argument(
        "--guidance", type=float, metavar="SCALE", help="classifier-free guidance, 1 for none"
    )
    parser.add_argument(
        "--tile", type=int, metavar="CELLS", help="largest tile side in latent cells (8 output pixels each)"
    )
    parser.add_argument("--overlap", type=int, metavar="CELLS", help="cells that neighbouring tiles share")
    parser.add_argument("--color-fix", choices=COLOR_FIXES, help="how colours are corrected")
    parser.add_argument("--shift", type=float, metavar="FACTOR", help="timestep shift of the noise schedule")
    parser.add_argument("--solver", choices=SOLVERS, help="how the flow is integrated (published: euler)")
    parser.add_argument("--threads", type=int, metavar="N", help="CPU threads (default: all)")


def use_threads(count: int | None) -> None:
    """Limit the CPU threads. Raises `SettingsError` for less than 1 or more than any machine has."""
    check_threads(count)
    if count is not None:
        import torch

        torch.set_num_threads(count)


def check_threads(count: int | None) -> None:
    """Raises `SettingsError` for less than 1 thread or more than any machine has; None leaves the choice."""
    if count is not None and not 1 <= count <= 1024:
        raise SettingsError(f"The number of threads must be from 1 to 1024, but it is {count}.")


def open_model(args: argparse.Namespace, variants: Sequence[Variant] | None = None) -> SuperResolutionModel:
    """The model of `--model`, `--base`, `--key-mode` and `--device`.

    When all `variants` are artifacts or bicubic, a published model's own weights stay unread. Raises
    `CheckpointError`.
    """
    import warnings

    from ..models import load_model
    from ..models.checkpoint import CheckpointWarning

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", CheckpointWarning)
        model = load_model(
            args.model,
            key_mode=args.key_mode,
            base=args.base,
            device=args.device,
            posterior_seed=args.posterior_seed,
            weights=variants is None or any(v.kind in ("fp", "method") for v in variants),
            progress=terminal_progress(),
        )
    for warning in caught:
        if issubclass(warning.category, CheckpointWarning):
            print(f"{args.model}: {warning.message}", file=sys.stderr)
    return model


def sampling_settings(args: argparse.Namespace, model: SuperResolutionModel) -> SamplingSettings:
    """The model's defaults with what the arguments change. Raises `SettingsError`."""
    from ..upscale import SamplingSettings

    return SamplingSettings.for_model(
        model,
        steps=args.steps,
        seed=args.seed,
        guidance=args.guidance,
        tile=args.tile,
        overlap=args.overlap,
        color_fix=args.color_fix,
        shift=args.shift,
        solver=args.solver,
    )


def say_memory(model: SuperResolutionModel, variants: Sequence[Variant], settings: SamplingSettings) -> int:
    """Print what a run will need in memory, and what is free; returns the estimated peak in bytes.

    Off CUDA the program as it is now counts as well.
    """
    from ..models.memory import available_bytes
    from ..process_memory import anonymous_bytes, bytes_text
    from ..quantize.memory import estimate_comparison

    device = model.device
    estimate = estimate_comparison(model, variants, tile=settings.tile, guided=settings.guidance > 1)
    program = 0 if device.type == "cuda" else anonymous_bytes()
    parts = [
        f"models {bytes_text(estimate.transformer + estimate.positions + estimate.codec)}",
        f"sampling and decoding {bytes_text(estimate.activations)}",
    ]
    if estimate.unpacked:
        parts.append(f"one layer unpacked {bytes_text(estimate.unpacked)}")
    if program:
        parts.append(f"the program {bytes_text(program)}")
    total, free = estimate.peak + program, available_bytes(device)
    needed = f"up to about {bytes_text(total)} ({', '.join(parts)})"
    print(f"Memory: {needed}; free now: {bytes_text(free)}", flush=True)
    return total


def measured_memory(results: Sequence[VariantResult], expected: int | None) -> str:
    """One sentence with the peak that was measured, beside what was expected."""
    from ..process_memory import bytes_text

    peaks = [r.provenance["peak_memory_bytes"] for r in results if r.provenance.get("peak_memory_bytes")]
    if not peaks:
        return "Peak memory: the system does not tell."
    beside = "" if expected is None else f" (estimated: {bytes_text(expected)})"
    return f"Peak memory: {bytes_text(max(peaks))}{beside}."


def sample_help() -> str:
    """The bundled photos, for help texts."""
    return ", ".join(SAMPLE_PREFIX + name for name in sample_names())
