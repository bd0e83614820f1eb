"""Taking a calibration's statistics anew while the model is quantized, block after block."""

from __future__ import annotations

from collections.abc import Callable

from ..models.dit4sr import DiT4SR
from ..models.super_resolution_model import SuperResolutionModel
from ..progress import CancelCheck, never_cancelled
from ..quantize.calibration.statistics import Calibration
from .calibration import BUNDLED_MARK, calibrate
from .settings import SamplingSettings


def recalibration(
    model: SuperResolutionModel,
    calibration: Calibration | None,
    cancelled: CancelCheck = never_cancelled,
) -> Callable[[DiT4SR], Calibration] | None:
    """What makes the statistics of `calibration` anew with another transformer of the same model.

    Settings and crop are those that the calibration was made with, whatever the run's own are.
    None where that cannot be: only calibrations from the bundled photos have their photos at hand.
    """
    made_from = {} if calibration is None else calibration.provenance
    photos = [str(image["name"]) for image in made_from.get("images", ()) if isinstance(image, dict)]
    if not photos or not all(name.startswith(BUNDLED_MARK) for name in photos):
        return None

    def recalibrate(transformer: DiT4SR) -> Calibration:
        settings = SamplingSettings.for_model(model, **made_from["settings"])
        watched = model.with_transformer(transformer)
        return calibrate(
            watched, settings=settings, crop=made_from["crop"], sensitivity=False, cancelled=cancelled
        )

    return recalibrate
