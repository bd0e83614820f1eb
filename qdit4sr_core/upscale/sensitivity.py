"""Which layers and steps the final latent depends on: probes drawn back through the sampling of photos."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import torch
from torch import Tensor

from ..images import Pixels
from ..models.registry import SuperResolutionModel
from ..progress import Activity, CancelCheck, Phase, Progress, ignore_progress, never_cancelled, stop_if
from ..quantize.calibration.sensitivity import Sensitivity, SensitivityMeter, random_signs
from .adjoint import trajectory_adjoint
from .pipeline import Flow, flow_of
from .settings import SamplingSettings

PROBES = 2
"""Probes a photo; four photos bring eight."""
PROBE_SEED = 7919
_LARGE = 200_000_000
"""A model of more parameters gets one probe on one photo: a backward pass costs as much as two steps."""


def is_large(model: SuperResolutionModel) -> bool:
    """Whether calibrating the model takes minutes and gigabytes, as that of the published ones does."""
    return sum(p.numel() for p in model.transformer.parameters()) > _LARGE


def probed_photos(model: SuperResolutionModel, count: int) -> int:
    """How many of `count` photos are worth a probe: of large models one."""
    return min(count, 1) if is_large(model) else count


def trajectory_sensitivity(
    model: SuperResolutionModel,
    photos: Sequence[Pixels],
    settings: SamplingSettings,
    *,
    probes: int = PROBES,
    seed: int = PROBE_SEED,
    progress: Progress = ignore_progress,
    cancelled: CancelCheck = never_cancelled,
) -> dict[str, Sensitivity]:
    """The response of the final latent to every block linear, guidance and tiles included.

    Args:
        model: full precision.
        photos: (H, W, 3) uint8 each, small; photo i is sampled with the settings' seed plus i.
        settings: of the sampling.
        probes: random projections of each photo's latent.
        seed: of the probes; they are signs, so no probe is like the starting noise.
        progress: counts photos times steps, there and back.
        cancelled: asked at every step.

    Raises:
        Cancelled: when asked to stop.
    """
    transformer = model.transformer
    if probed_photos(model, 2) == 1:
        photos, probes = photos[:1], 1
    meter = SensitivityMeter(transformer, settings.steps, seed)
    total = 2 * len(photos) * settings.steps
    for number, photo in enumerate(photos):
        one = dataclasses.replace(settings, seed=settings.seed + number)
        flow = flow_of(model, photo, one)

        def projections(final: Tensor, number: int = number) -> list[Tensor]:
            scale = final.numel() ** -0.5
            first = seed + 1_000_003 * (number + 1)
            return [scale * random_signs(tuple(final.shape), first + p) for p in range(probes)]

        def velocity(x: Tensor, step: int, sigma: float, number: int = number, flow: Flow = flow) -> Tensor:
            stop_if(cancelled)
            there = 0 if torch.is_grad_enabled() else step
            back = settings.steps + settings.steps - 1 - step if torch.is_grad_enabled() else 0
            done = 2 * number * settings.steps + there + back
            progress(done, total, Activity(Phase.SENSITIVITY, number + 1, len(photos)))
            return flow.velocity(x, step, sigma)

        def before_step(step: int, probe: int, number: int = number) -> None:
            stop_if(cancelled)
            meter.step, meter.probe = step, number * probes + probe

        with meter.watching():
            trajectory_adjoint(velocity, flow.start, flow.levels, settings.order, projections, before_step)
    progress(total, total, Activity(Phase.SENSITIVITY, len(photos), len(photos)))
    return meter.result()
