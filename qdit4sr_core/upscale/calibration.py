"""Calibration along the sampling trajectory: full precision upscales a few photos, layers are watched."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..errors import ImageError
from ..images import LoadedImage, Pixels, lr_sample
from ..models.dit4sr import DiT4SR
from ..models.super_resolution_model import SuperResolutionModel
from ..progress import Activity, CancelCheck, Phase, Progress, What, ignore_progress, never_cancelled, stop_if
from ..quantize.calibration.sensitivity import Sensitivity
from ..quantize.calibration.statistics import Calibration, collect_statistics
from .pipeline import upscale
from .sensitivity import probed_photos, trajectory_sensitivity
from .settings import SamplingSettings

CROP = 64
"""Side in LR pixels of the middle of each calibration photo that is used: 64 is a 256 x 256 result."""
BUNDLED = ("coffee", "chelsea", "grass", "brick")
"""The bundled photos that stand in when no calibration folder is given: an object, fur and two textures."""


BUNDLED_MARK = "bundled "
"""Stands before their names in provenances, so that a calibration from them can be made again."""


def bundled_calibration_images() -> list[LoadedImage]:
    """The bundled LR photos used for calibration by default."""
    return [dataclasses.replace(lr_sample(name), path=None) for name in BUNDLED]


def calibrate(
    model: SuperResolutionModel,
    images: Sequence[LoadedImage] | None = None,
    settings: SamplingSettings | None = None,
    *,
    crop: int = CROP,
    sensitivity: bool = True,
    progress: Progress = ignore_progress,
    cancelled: CancelCheck = never_cancelled,
) -> Calibration:
    """Statistics of every linear's input for each sampling step, from the middle of each photo.

    Args:
        model: full precision.
        images: LR photos; the bundled ones when None.
        settings: steps and schedule of the trajectory; the model's defaults when None. Photo i is sampled
            with the seed plus i.
        crop: side of the used middle in LR pixels; 0 for whole photos.
        sensitivity: also measure how the final latent depends on each layer and step, which takes several
            times as long; `needs_sensitivity` tells which methods want it.
        progress, cancelled: as everywhere; progress counts photos times tile evaluations.

    Raises:
        ImageError: when there is no photo.
        Cancelled: when asked to stop.
    """
    photos = list(bundled_calibration_images() if images is None else images)
    if not photos:
        raise ImageError("Calibration needs at least one photo.")
    settings = settings or SamplingSettings.for_model(model)
    side = crop_side(model.minimum_side, crop)

    crops = [middle(photo.pixels, side) for photo in photos]
    probed = probed_photos(model, len(crops)) if sensitivity else 0

    def run(transformer: DiT4SR) -> dict[str, Sensitivity]:
        watched = model.with_transformer(transformer)
        measured: dict[str, Sensitivity] = {}
        if probed:  # the way there is seen by the statistics too: no photo is sampled twice
            measured = trajectory_sensitivity(
                watched,
                crops[:probed],
                settings,
                progress=lambda done, total, what: progress(done, total * len(crops) // probed, what),
                cancelled=cancelled,
            )
        for number in range(probed, len(crops)):
            stop_if(cancelled)

            def report(done: int, total: int, _what: What, number: int = number) -> None:
                progress(
                    number * total + done,
                    len(crops) * total,
                    Activity(Phase.CALIBRATING, number + 1, len(crops)),
                )

            one = dataclasses.replace(settings, seed=settings.seed + number)
            upscale(watched, crops[number], one, progress=report, cancelled=cancelled)
        return measured

    return collect_statistics(
        model.transformer,
        run,
        steps=settings.steps,
        provenance=calibration_provenance(model.source_hash, images, settings, side, sensitivity),
        cancelled=cancelled,
    )


def calibration_provenance(
    source_hash: str,
    images: Sequence[LoadedImage] | None,
    settings: SamplingSettings,
    side: int,
    sensitivity: bool = True,
) -> dict[str, Any]:
    """What `calibrate` writes down about its result; runs that would write the same have equal statistics.

    `source_hash` is the model's, and `images` as in `calibrate`.
    """
    named = _bundled_hashes(BUNDLED) if images is None else [(_name(image), image.sha256) for image in images]
    return {
        "images": [{"name": name, "sha256": sha256} for name, sha256 in named],
        "crop": side,
        "sensitivity": sensitivity,
        "settings": settings_that_matter(settings),
        "model": source_hash,
    }


def settings_that_matter(settings: SamplingSettings) -> dict[str, Any]:
    """What statistics depend on: every setting but the colour fix, which comes after the last layer."""
    return {name: value for name, value in settings.to_dict().items() if name != "color_fix"}


@functools.cache
def _bundled_hashes(names: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(f"{BUNDLED_MARK}{n}", lr_sample(n).sha256) for n in names]


def crop_side(minimum_side: int, crop: int = CROP) -> int:
    """The side of the middle that is used; photos below the model's smallest would only be enlarged."""
    return max(crop, minimum_side) if crop else 0


def middle(pixels: Pixels, side: int) -> Pixels:
    """The central `side` x `side` pixels, or all of an axis that is shorter; side 0 is the whole."""
    if side == 0:
        return pixels
    height, width = pixels.shape[:2]
    top, left = max(height - side, 0) // 2, max(width - side, 0) // 2
    return np.ascontiguousarray(pixels[top : top + side, left : left + side])


def _name(image: LoadedImage) -> str:
    return image.path.name if image.path is not None else "unnamed"
