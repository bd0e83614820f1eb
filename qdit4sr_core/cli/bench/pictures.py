"""How far pictures by each engine are from full precision: they must lose as much as the simulation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ...images import lr_sample
from ...metrics.fast import psnr
from ...models.registry import SuperResolutionModel
from ...progress import Progress, ignore_progress
from ...quantize.variants import parse_variants
from ...quantized_models import QuantizedModels
from ...upscale import SamplingSettings, upscale
from .engine_cases import quantized_cases

PHOTOS = ("astronaut", "brick", "chelsea", "coffee", "grass", "gravel")
"""Bundled photos, upscaled whole."""
HEADER = ["photo", "variant", "reference, PSNR to full precision [dB]", "kernel [dB]", "difference [dB]"]


@dataclass(frozen=True)
class PictureLoss:
    """PSNR to full precision in dB of one photo by one variant, engine by engine."""

    photo: str
    variant: str
    by_engine: dict[str, float]

    @property
    def difference(self) -> float | None:
        """The kernel's less the reference engine's; None where there is no kernel."""
        kernel = self.by_engine.get("kernel")
        return None if kernel is None else kernel - self.by_engine["reference"]


def picture_losses(
    model: SuperResolutionModel,
    variants: str,
    photos: Sequence[str] = PHOTOS,
    steps: int | None = None,
    progress: Progress = ignore_progress,
) -> Iterator[PictureLoss]:
    """Whole photos by full precision, the reference engine and the kernel, in the order of `photos`.

    Args:
        model: full precision.
        variants: see `qdit4sr_core.quantize.variants`.
        photos: names of bundled photos.
        steps: denoising steps; the model's own when None.
        progress: as everywhere.
    """
    settings = SamplingSettings.for_model(model, steps=steps)
    quantized = QuantizedModels()
    cases = [
        (variant.label, case)
        for variant in parse_variants(variants)
        if variant.kind != "fp"
        for case in quantized_cases(
            variant.label,
            variant.key,
            quantized.prepare(model, variant, settings=settings, progress=progress).transformer,
            ("reference", "kernel"),
        )
    ]
    total, done = len(photos) * (1 + len(cases)), 0
    for photo in photos:
        pixels = lr_sample(photo).pixels
        progress(done, total, f"{photo}, full precision")
        full = upscale(model, pixels, settings).pixels
        done += 1
        found: dict[str, dict[str, float]] = {}
        for label, case in cases:
            progress(done, total, f"{photo}, {case.name}")
            made = upscale(model.with_transformer(case.transformer), pixels, settings).pixels
            found.setdefault(label, {})[case.engine] = float(psnr(made, full))
            done += 1
        for label, by_engine in found.items():
            yield PictureLoss(photo, label, by_engine)
    progress(done, total, "done")


def picture_row(loss: PictureLoss) -> list[str]:
    """Photo, variant, PSNR by the reference engine and by the kernel, their difference."""
    kernel, difference = loss.by_engine.get("kernel"), loss.difference
    return [
        loss.photo,
        loss.variant,
        f"{loss.by_engine['reference']:.2f}",
        "n/a" if kernel is None else f"{kernel:.2f}",
        "n/a" if difference is None else f"{difference:+.2f}",
    ]


def say_differences(losses: Sequence[PictureLoss]) -> list[str]:
    """A sentence for each variant: mean and largest difference over the photos."""
    lines = []
    for variant in dict.fromkeys(loss.variant for loss in losses):
        differences = [
            loss.difference for loss in losses if loss.variant == variant and loss.difference is not None
        ]
        if not differences:
            lines.append(f"{variant}: no layer of it runs on the kernel here.")
            continue
        mean, largest = sum(differences) / len(differences), max(differences, key=abs)
        lines.append(
            f"{variant}: the kernel's pictures are {mean:+.2f} dB from the simulation's in the mean of "
            f"{len(differences)} photos, {largest:+.2f} dB where they differ most."
        )
    return lines
