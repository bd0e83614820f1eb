"""Taking a calibration's statistics anew while the model is quantized, block after block."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from ..models.dit4sr import DiT4SR
from ..models.super_resolution_model import SuperResolutionModel
from ..progress import CancelCheck, never_cancelled
from ..quantize.calibration.statistics import Calibration
from .calibration import calibrate
from .settings import SamplingSettings


def recalibration(
    model: SuperResolutionModel,
    calibration: Calibration | None,
    settings: SamplingSettings | None = None,
    cancelled: CancelCheck = never_cancelled,
) -> Callable[[DiT4SR], Calibration] | None:
    """What makes the statistics of `calibration` anew with another transformer of the same model.

    None where that cannot be: only calibrations from the bundled photos have their photos at hand.
    """
    made_from = {} if calibration is None else calibration.provenance
    photos = [str(image["name"]) for image in made_from.get("images", ()) if isinstance(image, dict)]
    if not photos or not all(name.startswith("bundled ") for name in photos):
        return None
    seed = int(made_from["settings"]["seed"])
    again = dataclasses.replace(settings or SamplingSettings.for_model(model), seed=seed)

    def recalibrate(transformer: DiT4SR) -> Calibration:
        watched = model.with_transformer(transformer)
        return calibrate(watched, settings=again, sensitivity=False, cancelled=cancelled)

    return recalibrate
