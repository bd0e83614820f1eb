"""One photo through several variants of one model: same noise, same tiles, one result after the other."""

from __future__ import annotations

import dataclasses
import logging
import time
import traceback
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .callable_module import call_module_as
from .errors import Cancelled, ImageError, QDiT4SRError, unforeseen
from .images import LoadedImage, Pixels, load_image, require_pixels, upscale_bicubic
from .pairing import PhotosByName, photos_in
from .progress import Activity, CancelCheck, Phase, Progress, ignore_progress, never_cancelled, stop_if
from .quantized_models import QuantizedModels, identity

if TYPE_CHECKING:
    from torch import Tensor

    from .engines.rounded_attention import RoundedAttention
    from .models.dit4sr import DiT4SR
    from .models.super_resolution_model import SuperResolutionModel
    from .quantize.calibration.statistics import Calibration
    from .quantize.cost import VariantCost, Workload
    from .quantize.layer.linear import QuantizedLinear
    from .quantize.variants import Variant
    from .upscale import SamplingSettings

_log = logging.getLogger(__name__)


@dataclass(frozen=True, eq=False)
class VariantResult:
    """What one variant made of the photo."""

    variant: Variant
    pixels: Pixels | None
    """(scale*H, scale*W, 3) uint8; None when it failed."""
    seconds: float = 0.0
    """Wall clock of the upscaling."""
    quantize_seconds: float = 0.0
    """Wall clock of quantizing (or loading), calibration included; near 0 when kept from an earlier run."""
    weight_bytes: int = 0
    """Bytes of the transformer's weights as stored in a file; 0 without a model."""
    simulated: bool = False
    """Whether quantized products were executed in floating point: then the time says nothing."""
    settings: SamplingSettings | None = None
    error: str | None = None
    """One sentence when the variant failed."""
    provenance: dict[str, Any] = field(default_factory=dict)
    """JSON-ready: model and photo hashes, configuration, step times, "trajectory_error" (see below); after a
    failure the "traceback"."""

    @property
    def trajectory_error(self) -> tuple[float, ...]:
        """Distance to full precision's estimate after every sampling step, relative to its length.

        Empty where it is unknown: without a model, or when full precision was not run before.
        """
        return tuple(self.provenance.get("trajectory_error", ()))

    @property
    def engines(self) -> dict[str, int]:
        """Quantized layers by the engine that executed them; empty without any."""
        return dict(self.provenance.get("engines", {}))

    @property
    def not_by_kernel(self) -> dict[str, int]:
        """Layers that the kernel was asked for and left to another engine, by reason."""
        return dict(self.provenance.get("not_by_kernel", {}))

    @property
    def cost(self) -> VariantCost | None:
        """Storage and work of the variant; None without a model or in results of earlier versions."""
        from .quantize.cost import VariantCost

        kept = self.provenance.get("cost")
        return VariantCost.from_dict(kept) if isinstance(kept, dict) else None


def compare(
    image: LoadedImage,
    variants: Sequence[Variant],
    settings: SamplingSettings | None = None,
    *,
    model: SuperResolutionModel | None = None,
    calibration: Calibration | None = None,
    quantized: QuantizedModels | None = None,
    engine: str = "auto",
    attention: str = "auto",
    caption: str | None = None,
    progress: Progress = ignore_progress,
    cancelled: CancelCheck = never_cancelled,
    preview: Callable[[Pixels], None] | None = None,
    on_start: Callable[[Variant], None] | None = None,
) -> Iterator[VariantResult]:
    """Yield the result of each variant as it finishes, in the given order.

    All variants get the same noise tensor and the same tiles. A variant that fails yields its error, and
    the others go on.

    Args:
        image: the LR photo.
        variants: see `qdit4sr_core.quantize.variants`.
        settings: sampling settings, the model's defaults when None.
        model: full precision; the bundled one when None.
        calibration: statistics for the methods that need them; made from bundled photos when None.
        quantized: keeps quantized models between calls.
        engine: how quantized layers are executed, a name of `qdit4sr_core.engine_names.ENGINES`.
        attention: of `ATTENTIONS` there; full precision gets the same. Variants that round it simulate it.
        caption: what the photo shows, for models with text encoders; None reads the photo's side file.
        progress: tile evaluations done of the current variant (while it is quantized: of its layers).
        cancelled: asked between tiles, layers and crops.
        preview: receives the decoded estimate of the current variant every few steps.
        on_start: told each variant before its work begins.

    Raises:
        Cancelled: when asked to stop; results yielded before are complete.
        ImageError: before the first result, when `image` was not made by `load_image` or `LoadedImage`.
        QDiT4SRError: before the first result, when the model cannot run with these settings.
    """
    from .engines import check_engine
    from .models import load_model
    from .models.prompts import caption_for
    from .upscale import SamplingSettings, initial_noise

    if not isinstance(image, LoadedImage):
        kind = type(image).__name__
        raise ImageError(f"A photo to compare on comes from load_image or LoadedImage, but this is {kind}.")
    require_pixels(image.pixels)
    check_engine(engine)
    model = model or load_model()
    model = model.with_caption(caption_for(image.path) if caption is None else caption)
    settings = settings or SamplingSettings.for_model(model)
    settings.check_fits(model)
    progress(0, 1, Activity(Phase.PREPARING))
    model.embed_text()
    quantized = quantized or QuantizedModels()
    noise = initial_noise(model, image.pixels.shape[:2], settings.seed)
    comparison = _Comparison(
        image, settings, model, calibration, quantized, engine, attention, noise, progress, cancelled, preview
    )
    for variant in variants:
        stop_if(cancelled)
        if on_start is not None:
            on_start(variant)
        yield comparison.result_or_failure(variant)


@dataclass(frozen=True, eq=False)
class _Comparison:
    """What all variants of one comparison share."""

    image: LoadedImage
    settings: SamplingSettings
    model: SuperResolutionModel
    calibration: Calibration | None
    quantized: QuantizedModels
    engine: str
    attention: str
    noise: Tensor
    progress: Progress
    cancelled: CancelCheck
    preview: Callable[[Pixels], None] | None

    def result_or_failure(self, variant: Variant) -> VariantResult:
        """One broken variant does not take the others with it. Raises `Cancelled`."""
        try:
            return self.result(variant)
        except Cancelled:
            raise
        except QDiT4SRError as error:
            return self.failure(variant, str(error))
        except Exception as error:
            _log.exception("variant %s failed", variant.key)
            return self.failure(variant, unforeseen(error))

    def result(self, variant: Variant) -> VariantResult:
        if variant.kind == "bicubic":
            return self.bicubic(variant)
        return self.given(variant) if variant.kind == "images" else self.run(variant)

    def given(self, variant: Variant) -> VariantResult:
        """A result made elsewhere, found by the photo's name."""
        if variant.path is None:
            raise ValueError(f"the variant {variant.key} has no folder")
        if self.image.path is None:
            raise ImageError("Results made elsewhere are found by the photo's file name, and it has none.")
        found = PhotosByName(photos_in(variant.path)).find(self.image.path.stem)
        if found is None:
            raise ImageError(f"{variant.path} holds no picture named {self.image.path.stem}.")
        scale = self.model.codec.scale
        width, height = (side * scale for side in self.image.size)
        loaded = load_image(found)
        if loaded.size != (width, height):
            raise ImageError(
                f"{found.name} is {loaded.size[0]} x {loaded.size[1]} pixels, but the photo upscaled by "
                f"{scale} is {width} x {height}."
            )
        provenance = self._provenance() | {"made_elsewhere": found.name, "result_sha256": loaded.sha256}
        return VariantResult(variant, loaded.pixels, provenance=provenance)

    def bicubic(self, variant: Variant) -> VariantResult:
        began = time.perf_counter()
        pixels = upscale_bicubic(self.image.pixels, self.model.codec.scale)
        seconds = time.perf_counter() - began
        return VariantResult(variant, pixels, seconds, settings=None, provenance=self._provenance())

    def run(self, variant: Variant) -> VariantResult:
        from .engines import attention_rounding, choose_attention
        from .models.memory import reset_peak
        from .quantize import quantized_layers
        from .quantize.artifact.format import weight_bytes
        from .upscale import upscale
        from .upscale.trajectory import Straying, Trajectory

        began = time.perf_counter()
        runner = self.quantized.prepare(
            self.model,
            variant,
            self.calibration,
            self.settings,
            progress=self.progress,
            cancelled=self.cancelled,
        )
        layers = quantized_layers(runner.transformer).values()
        for layer in layers:
            layer.set_engine(self.engine)
        attention = choose_attention(runner.transformer, self.attention, self.engine)
        rounding = attention_rounding(runner.transformer)
        quantize_seconds = time.perf_counter() - began if variant.kind != "fp" else 0.0
        way = (self.image.sha256 or id(self.image.pixels), identity(self.model), self.settings)
        known = None if variant.kind == "fp" else self.quantized.trajectory(way)
        own, straying = Trajectory(), Straying(known) if known is not None else None
        watch = own.watch if variant.kind == "fp" else straying.watch if straying is not None else None
        reset_peak(runner.transformer.device)
        result = upscale(
            runner,
            self.image.pixels,
            self.settings,
            progress=self.progress,
            cancelled=self.cancelled,
            preview=self.preview,
            noise=self.noise,
            watch=watch,
        )
        if own.complete:
            self.quantized.keep_trajectory(way, own)
        provenance = self._provenance() | _record(runner)
        provenance["step_seconds"] = [round(s, 4) for s in result.step_seconds]
        if straying is not None:
            provenance["trajectory_error"] = [round(d, 6) for d in straying.distances]
        provenance |= self._execution(runner.transformer, layers, attention, rounding)
        return VariantResult(
            variant,
            result.pixels,
            result.seconds,
            quantize_seconds,
            weight_bytes(runner.transformer),
            rounding is not None or any(layer.executed_by == "reference" for layer in layers),
            self.settings,
            None,
            provenance,
        )

    def _execution(
        self,
        transformer: DiT4SR,
        layers: Collection[QuantizedLinear],
        attention: str,
        rounding: RoundedAttention | None,
    ) -> dict[str, Any]:
        """What the run cost and what executed its quantized `layers`; to be asked right after it."""
        from .engine_names import count_engines, count_reasons
        from .engines import kernel
        from .models.memory import peak_bytes
        from .quantize.cost import variant_cost

        return {
            "cost": variant_cost(transformer, self._workload()).to_dict(),
            "device": str(transformer.device),
            "engines": count_engines(layer.executed_by for layer in layers),
            "not_by_kernel": count_reasons(layer.not_by_kernel for layer in layers),
            "kernel": kernel.chosen_build(),
            "attention": attention,
            "attention_rounding": "" if rounding is None else str(rounding),
            "peak_memory_bytes": peak_bytes(transformer.device),
        }

    def _workload(self) -> Workload:
        from .upscale.workload import run_workload

        return run_workload(self.model, self.settings, self.image.pixels.shape[:2])

    def failure(self, variant: Variant, sentence: str) -> VariantResult:
        provenance = self._provenance() | {"traceback": traceback.format_exc()}
        return VariantResult(variant, None, settings=self.settings, error=sentence, provenance=provenance)

    def _provenance(self) -> dict[str, Any]:
        return {
            "photo_sha256": self.image.sha256,
            "model": self.model.name,
            "model_sha256": self.model.source_hash,
            "text": self.model.text.description if self.model.text is not None else None,
            "posterior_seed": getattr(self.model.codec, "posterior_seed", None),
            "settings": self.settings.to_dict(),
        }


def _record(model: SuperResolutionModel) -> dict[str, Any]:
    """How a quantized model came about, JSON-ready."""

    from .quantize import quantization_record

    record = quantization_record(model.transformer)
    return {} if record is None else {"quantization": dataclasses.asdict(record)}


call_module_as(__name__, compare)
