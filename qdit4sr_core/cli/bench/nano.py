"""Whole upscalings by the bundled model (or another), engine by engine, against full precision."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter
from typing import Any

import numpy as np
import torch
from torch import nn

from ...images import Pixels, lr_sample
from ...metrics.fast import psnr
from ...models.registry import SuperResolutionModel
from ...progress import Progress, ignore_progress
from ...quantize.artifact.format import weight_bytes
from ...quantize.targets import linear_sources
from ...quantize.variants import parse_variants
from ...quantized_models import QuantizedModels
from ...upscale import SamplingSettings, upscale
from ...upscale.calibration import middle
from .engine_cases import EngineCase, full_precision_cases, quantized_cases
from .timing import Timing, interleaved

TIME_LIMIT = 110.0
"""Seconds after which no further round is begun."""


def time_nano(
    model: SuperResolutionModel,
    variants: str,
    rounds: int,
    steps: int | None,
    photo: str,
    progress: Progress = ignore_progress,
    *,
    whole: bool = False,
    seconds: float = TIME_LIMIT,
) -> list[Timing]:
    """A whole upscaling (encode, denoise, decode) by full precision and by every variant on every engine.

    Args:
        model: full precision.
        variants: see `qdit4sr_core.quantize.variants`; full precision comes first in any case.
        rounds: at most so many measurements of each case.
        steps: denoising steps; the model's own when None.
        photo: bundled photo.
        progress: as everywhere.
        whole: the whole photo instead of its middle, as large as one tile.
        seconds: no further round begins after so long.
    """
    settings = SamplingSettings.for_model(model, steps=steps)
    pixels = lr_sample(photo).pixels
    if not whole:
        pixels = middle(pixels, max(16, settings.tile * model.codec.downscale // model.codec.scale))
    cases: list[EngineCase] = full_precision_cases(model.transformer)
    quantized = QuantizedModels()
    for variant in parse_variants(variants):
        if variant.kind != "fp":
            runner = quantized.prepare(model, variant, settings=settings, progress=progress)
            cases += quantized_cases(variant.label, variant.key, runner.transformer)
    outputs: dict[str, Pixels] = {}

    def runs(case: EngineCase) -> Callable[[], None]:
        runner = model.with_transformer(case.transformer)

        def run() -> None:
            outputs[case.name] = upscale(runner, pixels, settings).pixels

        return run

    share = linear_share(model.with_transformer(cases[0].transformer), pixels, settings)
    timings = interleaved(
        {case.name: runs(case) for case in cases}, rounds, seconds=seconds, progress=progress
    )
    full = outputs[cases[0].name]
    simulated = {case.variant: outputs[case.name] for case in cases if case.engine == "reference"}
    for case, timing in zip(cases, timings, strict=True):
        facts = {
            "linear_share": share,
            "weight_bytes": weight_bytes(case.transformer),
            "lr_size": list(pixels.shape[:2]),
            "steps": settings.steps,
            "psnr_to_full_precision": _psnr(outputs[case.name], full),
            "psnr_to_reference": _psnr(outputs[case.name], simulated.get(case.variant)),
        }
        timing.facts.update(case.facts() | facts)
    return timings


def linear_share(model: SuperResolutionModel, pixels: Pixels, settings: SamplingSettings) -> float:
    """The part of an upscaling's time that the linears take which methods quantize, 0 to 1."""
    names = {source.name for source in linear_sources(model.transformer)}
    spent = [0.0]
    began: list[float] = []

    def before(_module: nn.Module, _inputs: Any) -> None:
        began.append(perf_counter())

    def after(_module: nn.Module, _inputs: Any, _output: Any) -> None:
        spent[0] += perf_counter() - began.pop()

    handles = []
    for name, module in model.transformer.named_modules():
        if name in names:
            handles += [module.register_forward_pre_hook(before), module.register_forward_hook(after)]
    try:
        with torch.no_grad():
            start = perf_counter()
            upscale(model, pixels, settings)
            return spent[0] / (perf_counter() - start)
    finally:
        for handle in handles:
            handle.remove()


def _psnr(pixels: Pixels, reference: Pixels | None) -> float | None:
    """dB; None without a reference or against itself, where it would be infinite."""
    if reference is None or np.array_equal(pixels, reference):
        return None
    return float(psnr(pixels, reference))
