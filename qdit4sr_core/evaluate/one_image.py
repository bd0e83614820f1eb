"""One photo of an evaluation: run every variant, measure, and hand back numbers and pictures.

Nothing here touches the disk, so that it runs unchanged in this process, in a worker process, or on a
machine of a cluster that does not share the folder.
"""

from __future__ import annotations

import io
import logging
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ..compare import VariantResult, compare
from ..errors import Cancelled, QDiT4SRError, RegionError, unforeseen
from ..images import LoadedImage, fit_reference
from ..metrics.regions import Region
from ..metrics.registry import METRICS
from ..metrics.texture import texture_loss_map, worst_texture_loss
from ..metrics.values import compute_region
from ..progress import CancelCheck, Progress, ignore_progress, never_cancelled
from ..quantized_models import QuantizedModels
from ..variant_text import FULL_PRECISION_TEXT
from .plan import EvaluationPlan

if TYPE_CHECKING:
    from ..models.super_resolution_model import SuperResolutionModel
    from ..quantize.calibration.statistics import Calibration
    from ..upscale import SamplingSettings

_log = logging.getLogger(__name__)


@dataclass(frozen=True, eq=False)
class ImageTask:
    """A photo to evaluate: pixels instead of paths. `hr` is the ground truth or None.

    `caption` says what the photo shows, for models with text.
    """

    name: str
    lr: np.ndarray
    hr: np.ndarray | None
    seed: int
    lr_sha256: str = ""
    hr_sha256: str = ""
    caption: str = ""
    file: str = ""
    """Name of the LR file, by which results made elsewhere are found."""
    problem: str = ""
    """Why there are no pixels to evaluate; then the outcome is a failure."""


@dataclass(frozen=True, eq=False)
class ImageOutcome:
    """`record` is JSON-ready (see `measure`); `pngs` holds the encoded output of each variant by key.

    Of a photo that could not be evaluated `problem` says why, and the record holds its name alone.
    """

    record: dict[str, Any]
    pngs: dict[str, bytes] = field(default_factory=dict)
    problem: str = ""

    @classmethod
    def failure(cls, name: str, problem: str) -> ImageOutcome:
        """The outcome of a photo that could not be evaluated."""
        return cls({"image": name}, problem=problem)


class Evaluator:
    """A model, its quantized versions, and a plan; evaluates one photo at a time."""

    def __init__(
        self,
        plan: EvaluationPlan,
        model: SuperResolutionModel | str | Path | None = None,
        calibration: Calibration | None = None,
    ) -> None:
        from ..models import load_model
        from ..quantize import needs_calibration, needs_sensitivity
        from ..quantize.variants import FULL_PRECISION, parse_variants

        self._plan = plan
        self._model = load_model(model) if model is None or isinstance(model, str | Path) else model
        self._calibration = calibration
        variants = parse_variants(plan.variants)
        rest = [variant for variant in variants if variant.kind != "fp"]
        self._variants = [FULL_PRECISION, *rest]  # the reference comes first
        self._wants_calibration = any(
            variant.config is not None and needs_calibration(variant.config) for variant in rest
        )
        self._wants_sensitivity = any(
            variant.config is not None and needs_sensitivity(variant.config) for variant in rest
        )
        self._quantized = QuantizedModels()
        self._weights = sum(p.numel() for p in self._model.transformer.parameters())
        self._lock = threading.Lock()

    def outcome(
        self,
        task: ImageTask,
        *,
        progress: Progress = ignore_progress,
        cancelled: CancelCheck = never_cancelled,
    ) -> ImageOutcome:
        """`evaluate`, where what is wrong with one photo becomes its failure: the other photos go on.

        Raises `Cancelled`, and what keeps every photo from being evaluated.
        """
        if task.problem:
            return ImageOutcome.failure(task.name, task.problem)
        self._settings(task.seed)
        with self._lock:
            self._calibrated(progress, cancelled)
        try:
            return self.evaluate(task, progress=progress, cancelled=cancelled)
        except Cancelled:
            raise
        except QDiT4SRError as error:
            return ImageOutcome.failure(task.name, str(error))
        except MemoryError:
            return ImageOutcome.failure(task.name, "There was not enough memory for this photo.")
        except Exception as error:
            _log.exception("photo %s failed", task.name)
            return ImageOutcome.failure(task.name, unforeseen(error))

    def evaluate(
        self,
        task: ImageTask,
        *,
        progress: Progress = ignore_progress,
        cancelled: CancelCheck = never_cancelled,
    ) -> ImageOutcome:
        """Run all variants on one photo. `progress` counts variants. A variant that fails is recorded.

        Raises `Cancelled`, `ImageError` when the ground truth does not fit, `SettingsError`.
        """
        with self._lock:  # the sampling step is part of the model's state
            return self._evaluate(task, progress, cancelled)

    def _evaluate(self, task: ImageTask, progress: Progress, cancelled: CancelCheck) -> ImageOutcome:
        settings = self._settings(task.seed)
        scale = self._model.codec.scale
        height, width = task.lr.shape[0] * scale, task.lr.shape[1] * scale
        truth = None if task.hr is None else fit_reference(task.hr, height, width, scale)
        Region(0, 0, width, height).shrunk(self._plan.border)  # refuses a border before anything runs
        image = LoadedImage(task.lr, Path(task.file or f"{task.name}.png"), sha256=task.lr_sha256)
        record: dict[str, Any] = {
            "image": task.name,
            "lr_sha256": task.lr_sha256,
            "hr_sha256": task.hr_sha256,
            "width": width,
            "height": height,
            "settings": settings.to_dict(),
            "variants": {},
        }
        pngs: dict[str, bytes] = {}
        reference: np.ndarray | None = None
        results: Iterable[VariantResult] = compare(
            image,
            self._variants,
            settings,
            model=self._model,
            calibration=self._calibrated(progress, cancelled),
            engine=self._plan.engine,
            caption=task.caption,
            quantized=self._quantized,
            cancelled=cancelled,
            on_start=lambda variant: progress(
                len(record["variants"]), len(self._variants), f"{task.name}: {variant.label}"
            ),
        )
        for result in results:
            key = result.variant.key
            if key == FULL_PRECISION_TEXT:
                reference = result.pixels
            record["variants"][key] = self._record(result, reference, truth)
            if result.pixels is not None:
                pngs[key] = encode_png(result.pixels)
            progress(len(record["variants"]), len(self._variants), f"{task.name}: {result.variant.label}")
        return ImageOutcome(record, pngs)

    def _settings(self, seed: int) -> SamplingSettings:
        from ..upscale import SamplingSettings

        return SamplingSettings.for_model(self._model, **(self._plan.sampling | {"seed": seed}))

    def _calibrated(self, progress: Progress, cancelled: CancelCheck) -> Calibration | None:
        """The calibration of all photos, the one that a comparison makes: whatever the seeds of the noise."""
        if self._calibration is None and self._wants_calibration:
            from ..quantized_models import CALIBRATION_SEED
            from ..upscale.kept_calibration import kept_calibration
            from ..user_folders import calibration_folder

            self._calibration = kept_calibration(
                self._model,
                calibration_folder(),
                settings=self._settings(CALIBRATION_SEED),
                sensitivity=self._wants_sensitivity,
                progress=lambda _done, _total, what: progress(0, len(self._variants), what),
                cancelled=cancelled,
            )
        return self._calibration

    def _record(
        self, result: VariantResult, reference: np.ndarray | None, truth: np.ndarray | None
    ) -> dict[str, Any]:
        entry = entry_of(result)
        if result.pixels is None:
            return entry
        if "result_sha256" in result.provenance:
            entry["result_sha256"] = result.provenance["result_sha256"]
        values = costs(result, self._weights)
        measured, reasons = measure(result.pixels, reference, truth, self._plan)
        entry["values"], entry["reasons"] = values | measured, reasons
        if reference is not None and result.variant.kind != "fp":
            worst = _worst(result.pixels, reference, self._plan.crop)
            if worst is not None:
                region, loss = worst
                entry["worst_region"] = [region.x, region.y, region.width, region.height]
                entry["worst_loss"] = round(loss, 2)
        return entry


def entry_of(result: VariantResult) -> dict[str, Any]:
    """What a record says of a variant on a photo, without `values` and `reasons` so far."""
    return {
        "label": result.variant.label,
        "kind": result.variant.kind,
        "error": result.error,
        "simulated": result.simulated,
        "engines": result.engines,
        "not_by_kernel": result.not_by_kernel,
        "kernel": result.provenance.get("kernel", ""),
        "attention_rounding": result.provenance.get("attention_rounding", ""),
        "quantize_seconds": round(result.quantize_seconds, 3),
        "values": {},
        "reasons": {},
    }


def costs(result: VariantResult, weights: int) -> dict[str, float | None]:
    """What a finished result cost, by column key; `weights` is how many the transformer has (0: unknown)."""
    values: dict[str, float | None] = {}
    if result.variant.kind != "images":
        values["seconds"] = round(result.seconds, 3)
    if result.weight_bytes:
        values["megabytes"] = round(result.weight_bytes / 1e6, 4)
        if weights:
            values["bits"] = round(8 * result.weight_bytes / weights, 4)
    cost = result.cost
    if cost is not None:
        values |= {
            "stored_bits": round(cost.bits_per_weight, 4),
            "multiply_weight_bits": round(cost.weight_bits, 4),
            "multiply_act_bits": round(cost.act_bits, 4),
            "paper_operations": round(cost.paper_operations, 4),
            "operations": round(cost.operations, 4),
        }
    config = result.variant.config
    if config is not None:
        values |= {"weight_bits": config.weight_bits, "act_bits": config.act_bits}
    return values


def measure(
    pixels: np.ndarray, reference: np.ndarray | None, truth: np.ndarray | None, plan: EvaluationPlan
) -> tuple[dict[str, float | None], dict[str, dict[str, str]]]:
    """Values by column key ("psnr_fp", "psnr_hr", "niqe"), and the reason where one is None, as JSON."""
    full = [name for name in plan.metrics if METRICS[name].full_reference]
    alone = [name for name in plan.metrics if not METRICS[name].full_reference]
    values: dict[str, float | None] = {}
    reasons: dict[str, dict[str, str]] = {}
    wanted = [(full, "_fp", reference), (alone, "", None)]
    if truth is not None:
        wanted.insert(1, (full, "_hr", truth))
    for names, suffix, against in wanted:
        for value in compute_region(names, pixels, against, border=plan.border):
            values[value.name + suffix] = value.value
            if value.why is not None:
                reasons[value.name + suffix] = value.why.to_json()
    return values, reasons


def _worst(pixels: np.ndarray, reference: np.ndarray, side: int) -> tuple[Region, float] | None:
    try:
        found = worst_texture_loss(texture_loss_map(pixels, reference), side)
    except RegionError:  # too small an image has no map; its row simply shows no crop
        return None
    return found[0] if found else None


def encode_png(pixels: np.ndarray) -> bytes:
    """(H, W, 3) uint8 as the bytes of a PNG file."""
    from PIL import Image

    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, format="PNG")
    return stream.getvalue()
