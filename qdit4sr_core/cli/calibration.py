"""Which photos statistics are taken from: the options of the commands that quantize, and what they give."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import ImageError, VariantError
from ..file_names import readable
from ..pairing import photos_in
from .path_argument import given_path
from .terminal import terminal_progress

if TYPE_CHECKING:
    from ..images import LoadedImage
    from ..models.super_resolution_model import SuperResolutionModel
    from ..quantize import Calibration
    from ..quantize.variants import Variant
    from ..upscale import SamplingSettings

DEFAULT_CROP = 64


def add_calibration_arguments(parser: argparse.ArgumentParser) -> None:
    """The folder of photos, and how much of each is used."""
    parser.add_argument(
        "--calibration",
        type=given_path,
        metavar="FOLDER",
        help="low-resolution photos to take statistics from, for methods that need them (default: bundled)",
    )
    parser.add_argument(
        "--calibration-crop",
        type=int,
        default=DEFAULT_CROP,
        metavar="PIXELS",
        help=f"side of the middle of each photo that is used (default {DEFAULT_CROP}); the paper takes 32 "
        "photos at 128, which is 32 times the default's work; what was taken once is kept",
    )


def check_calibration_arguments(args: argparse.Namespace) -> None:
    """Raises `VariantError` for an impossible crop."""
    if args.calibration_crop < 0:
        raise VariantError("The calibration crop is a number of pixels, or 0 for whole photos.")


class CalibrationPhotos:
    """The photos of `--calibration`; those that cannot be read are left out and told at the end."""

    def __init__(self, folder: Path | None) -> None:
        """Raises `ImageError` for a folder without photos."""
        self._paths = None if folder is None else photos_in(folder)
        self.problems: list[str] = []

    def load(self) -> list[LoadedImage] | None:
        """The photos, None for the bundled ones. Raises `ImageError` when none can be read."""
        from ..images import load_image

        if self._paths is None:
            return None
        loaded = []
        self.problems.clear()
        for path in self._paths:
            try:
                loaded.append(load_image(path))
            except ImageError as error:
                self.problems.append(str(error))
        if not loaded:
            raise ImageError(f"None of the calibration photos can be read: {self.problems[0]}")
        return loaded

    def tell_problems(self) -> bool:
        """Say which photos were left out; whether there are any."""
        for problem in self.problems:
            print(f"qdit4sr: Left out of the calibration: {readable(problem)}", file=sys.stderr)
        return bool(self.problems)


def chosen_calibration(
    args: argparse.Namespace,
    photos: CalibrationPhotos,
    model: SuperResolutionModel,
    variants: Sequence[Variant],
    settings: SamplingSettings,
    shown: Collection[str],
) -> Calibration | None:
    """The statistics that the options ask for.

    Args:
        args: with the options of `add_calibration_arguments`.
        photos: of `args.calibration`.
        model: full precision.
        variants: what will be quantized.
        settings: of the run; a calibration has a seed of its own.
        shown: SHA-256 of the photos that will be measured, none of which a quantizer may have seen.

    Returns:
        None where the options ask for nothing but the default, or no variant needs statistics.

    Raises:
        ImageError: no photo can be read, or one of them is to be measured.
    """
    import dataclasses

    from ..quantize import needs_calibration, needs_sensitivity
    from ..quantized_models import CALIBRATION_SEED
    from ..upscale.kept_calibration import kept_calibration
    from ..user_folders import calibration_folder

    configs = [v.config for v in variants if v.config is not None and needs_calibration(v.config)]
    if not configs or (args.calibration is None and args.calibration_crop == DEFAULT_CROP):
        return None
    loaded = photos.load()
    both = [photo for photo in loaded or () if photo.sha256 in shown]
    if both:
        name = "A photo" if both[0].path is None else both[0].path.name
        raise ImageError(f"{name} is to be measured, so it cannot be one of the calibration photos too.")
    return kept_calibration(
        model,
        calibration_folder(),
        loaded,
        dataclasses.replace(settings, seed=CALIBRATION_SEED),
        crop=args.calibration_crop,
        sensitivity=any(needs_sensitivity(config) for config in configs),
        progress=terminal_progress(),
    )
