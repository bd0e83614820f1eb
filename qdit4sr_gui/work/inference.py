"""What the worker thread does with a request. Here, and only here, the window's process imports torch."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from qdit4sr_core.errors import QDiT4SRError
from qdit4sr_core.progress import CancelCheck, Progress, What
from qdit4sr_core.user_folders import expanded
from qdit4sr_core.variant_text import label_of, safe_name
from qdit4sr_gui.state.messages import (
    Inspected,
    InspectRequest,
    Preview,
    Request,
    RunProgress,
    RunRequest,
    VariantFinished,
    VariantStarted,
    WarmedUp,
    WarmUpRequest,
)
from qdit4sr_gui.state.model_choice import ModelChoice
from qdit4sr_gui.state.progress_meter import ReportRate

from .jobs import Emit
from .method_descriptions import describe_methods

if TYPE_CHECKING:
    from qdit4sr_core.models import SuperResolutionModel
    from qdit4sr_core.quantize.variants import Variant

ModelLoader = Callable[[ModelChoice, Progress, CancelCheck], "SuperResolutionModel"]
"""Loads a model, telling how far it is."""


def load_chosen(choice: ModelChoice, progress: Progress, cancelled: CancelCheck) -> SuperResolutionModel:
    """The core's own loader."""
    from qdit4sr_core.models import load_model

    return load_model(
        expanded(choice.folder) if choice.folder else None,
        base=expanded(choice.base) if choice.base else None,
        device=None if choice.device == "auto" else choice.device,
        progress=progress,
        cancelled=cancelled,
    )


class Inference:
    """Keeps the loaded model and its quantized copies between requests; used on the worker thread alone."""

    def __init__(self, load_model: ModelLoader = load_chosen) -> None:
        self._load = load_model
        self._source: ModelChoice | None = None
        self._model: SuperResolutionModel | None = None
        self._quantized: Any = None

    def perform(self, request: Request, emit: Emit, cancelled: CancelCheck) -> None:
        """Do one request."""
        import torch

        torch.set_num_threads(max(1, request.threads))
        model = self._loaded(request, emit, cancelled)
        if isinstance(request, WarmUpRequest):
            emit(self._description(request, model))
        elif isinstance(request, RunRequest):
            self._run(request, model, emit, cancelled)
        elif isinstance(request, InspectRequest):
            self._inspect(request, model, emit, cancelled)

    def _loaded(self, request: Request, emit: Emit, cancelled: CancelCheck) -> SuperResolutionModel:
        if self._model is None or request.model != self._source:
            from qdit4sr_core.quantized_models import QuantizedModels

            self._model = self._quantized = None  # two large models need not fit in memory
            meter = ReportRate()

            def progress(done: int, total: int, what: What) -> None:
                if meter.due(done, total, what):
                    emit(RunProgress(request.job, "", "", done, total, what))

            self._model = self._load(request.model, progress, cancelled)
            self._source = request.model
            self._quantized = QuantizedModels()
        return self._model

    def _description(self, request: WarmUpRequest, model: SuperResolutionModel) -> WarmedUp:
        from qdit4sr_core.forecast import model_shape

        return WarmedUp(
            request.job,
            model.name,
            model.source_hash,
            dict(model.sampling_defaults),
            describe_methods(),
            str(next(model.transformer.parameters()).device).upper(),
            model_shape(model),
        )

    def _run(
        self, request: RunRequest, model: SuperResolutionModel, emit: Emit, cancelled: CancelCheck
    ) -> None:
        from qdit4sr_core.compare import compare
        from qdit4sr_core.upscale import SamplingSettings

        specs, variants = _parsed(request, model.source_hash, emit)
        settings = SamplingSettings.for_model(model, **request.settings)
        watch = _RunWatch(request.job, specs, variants, emit)
        results = compare(
            request.image,
            variants,
            settings,
            model=model,
            progress=watch.progress,
            cancelled=cancelled,
            preview=watch.preview if request.preview else None,
            on_start=watch.start,
            quantized=self._quantized,
        )
        for spec, result in zip(specs, results, strict=True):
            emit(VariantFinished(request.job, spec, result, model.source_hash))

    def _inspect(
        self, request: InspectRequest, model: SuperResolutionModel, emit: Emit, cancelled: CancelCheck
    ) -> None:
        from qdit4sr_core.inspection import inspect_model, layer_spectrum
        from qdit4sr_core.quantize.variants import parse_variant
        from qdit4sr_core.upscale import SamplingSettings

        settings = SamplingSettings.for_model(model, **request.settings)
        variant = parse_variant(request.spec)
        quantized = self._quantized.prepare(model, variant, None, settings, cancelled=cancelled)
        if request.layer:
            spectrum = layer_spectrum(model, quantized, request.layer)
            emit(Inspected(request.job, request.spec, model.source_hash, spectrum=spectrum))
            return
        watch = _RunWatch(request.job, [request.spec], [variant], emit)
        inspection = inspect_model(
            model, quantized, request.image.pixels, settings, progress=watch.progress, cancelled=cancelled
        )
        emit(Inspected(request.job, request.spec, model.source_hash, inspection))


def _parsed(request: RunRequest, model_hash: str, emit: Emit) -> tuple[list[str], list[Variant]]:
    """The variants that can be read; the others are reported with their error, and the rest goes on."""
    from qdit4sr_core.compare import VariantResult
    from qdit4sr_core.quantize.variants import Variant, parse_variant

    specs, variants = [], []
    for spec in request.specs:
        try:
            variants.append(parse_variant(spec))
            specs.append(spec)
        except QDiT4SRError as error:
            unread = Variant(spec, label_of(spec), "method", file_stem=safe_name(spec))
            broken = VariantResult(unread, None, error=str(error))
            emit(VariantFinished(request.job, spec, broken, model_hash))
    return specs, variants


class _RunWatch:
    """Turns the core's callbacks into messages."""

    def __init__(self, job: int, specs: list[str], variants: list[Variant], emit: Emit) -> None:
        self._job = job
        self._specs = specs
        self._variants = variants
        self._emit = emit
        self._index = 0
        self._meter = ReportRate()

    def start(self, variant: Variant) -> None:
        self._index = next(i for i, known in enumerate(self._variants) if known is variant)
        self._emit(
            VariantStarted(
                self._job,
                self._specs[self._index],
                variant.label,
                self._index,
                len(self._variants),
            )
        )

    def progress(self, done: int, total: int, what: What) -> None:
        if self._meter.due(done, total, what):
            self._emit(
                RunProgress(
                    self._job,
                    self._specs[self._index],
                    self._variants[self._index].label,
                    done,
                    total,
                    what,
                    time.monotonic(),
                )
            )

    def preview(self, pixels: np.ndarray) -> None:
        self._emit(Preview(self._job, self._specs[self._index], pixels))
