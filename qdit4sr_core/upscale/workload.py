"""The workload that a run's operations are counted for."""

from __future__ import annotations

from ..models.registry import SuperResolutionModel
from ..quantize.cost import Workload
from .schedule import sigmas
from .settings import SamplingSettings


def run_workload(
    model: SuperResolutionModel, settings: SamplingSettings, lr_shape: tuple[int, ...]
) -> Workload:
    """Steps, guided passes, text and result size of one photo of (height, width); tiles without overlap."""
    codec = model.codec
    text = 0 if model.text is None else int(model.text.text.shape[1])
    return Workload(
        lr_shape[0] * codec.scale,
        lr_shape[1] * codec.scale,
        settings.steps,
        passes_a_step(settings),
        text,
        codec.downscale,
    )


def passes_a_step(settings: SamplingSettings) -> float:
    """Model calls a step in the mean: 1, or 2 where the step's noise level is guided."""
    levels = sigmas(settings.steps, settings.shift, settings.start_sigma)[:-1]
    return 1 + sum(settings.guidance_at(sigma) > 1 for sigma in levels) / max(1, len(levels))
