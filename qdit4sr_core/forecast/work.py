"""How much there is to compute for a photo, before anything is computed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..models.size_requirements import SizeRequirements
    from ..models.super_resolution_model import SuperResolutionModel

CALIBRATION_PHOTOS = 4
CALIBRATION_SIDE = 64
"""The bundled calibration, as `upscale.calibration` does it: LR pixels a side."""


@dataclass(frozen=True)
class ModelShape:
    """What of a model decides how much work a photo is."""

    scale: int
    downscale: int
    """Output pixels a latent cell."""
    patch: int
    """Latent cells a token."""
    minimum_side: int
    weights: int
    """Number of the transformer's weights."""
    width: int = 0
    """Of the transformer, for the tensors of a block."""
    held_bytes: int = 0
    """Bytes of transformer and codec in memory."""
    kernel: bool = False
    """Whether the native kernel runs quantized layers of the model where it lies."""

    @property
    def sizes(self) -> SizeRequirements:
        """Which sizes of photo the model can work on."""
        from ..models.size_requirements import SizeRequirements

        return SizeRequirements(self.minimum_side, self.patch * self.downscale // self.scale)


@dataclass(frozen=True)
class PhotoWork:
    """The work of one variant on one photo."""

    steps: int
    tiles: int
    tile_cells: int
    """Latent cells of one tile."""
    coded_pixels: int
    """Output pixels that are encoded and decoded: of the enlarged and padded photo."""
    weights: tuple[float, ...] = ()
    """What each step costs against the others: one with guidance twice as much. Empty where all are equal."""

    def share(self, evaluations: float) -> float:
        """The share of all the sampling that is over after so many evaluations, 0 to 1."""
        if not self.weights:
            return evaluations / self.evaluations
        whole, part = divmod(evaluations / self.tiles, 1.0)
        begun = self.weights[int(whole)] * part if part else 0.0
        return (sum(self.weights[: int(whole)]) + begun) / sum(self.weights)

    @property
    def evaluations(self) -> int:
        """Calls of the transformer; what `upscale` counts its progress in."""
        return self.steps * self.tiles

    @property
    def cells(self) -> int:
        """Latent cells that the transformer sees in all."""
        return self.evaluations * self.tile_cells


def model_shape(model: SuperResolutionModel) -> ModelShape:
    """The shape of a loaded model."""
    from ..engines.kernel import fast

    codec = model.codec
    weights = sum(p.numel() for p in model.transformer.parameters())
    held = sum(p.numel() * p.element_size() for p in model.transformer.parameters())
    parameters = getattr(codec, "parameters", None)
    if parameters is not None:
        held += sum(p.numel() * p.element_size() for p in parameters())
    config = model.transformer.config
    return ModelShape(
        codec.scale,
        codec.downscale,
        config.patch_size,
        model.minimum_side,
        weights,
        config.width,
        held,
        model.device.type == "cpu" and fast(),
    )


def photo_work(shape: ModelShape, lr_size: tuple[int, int], settings: Mapping[str, Any]) -> PhotoWork:
    """The work of a photo of (height, width) LR pixels.

    `settings` needs `steps`, `tile` and `overlap`, as `SamplingSettings` has them; the others as there, too.
    """
    from ..upscale.tiling import tiles

    sides = shape.sizes.padded_shape(shape.sizes.working_shape(lr_size))
    height, width = (side * shape.scale // shape.downscale for side in sides)
    layout = tiles(height, width, int(settings["tile"]), int(settings["overlap"]))
    pixels = sides[0] * sides[1] * shape.scale**2
    cells = layout[0].height * layout[0].width
    return PhotoWork(int(settings["steps"]), len(layout), cells, pixels, _step_weights(settings))


def _step_weights(settings: Mapping[str, Any]) -> tuple[float, ...]:
    """2 for each step with guidance, 1 for one without, in order; empty where all are equal."""
    from ..upscale.schedule import sigmas

    if settings.get("guidance", 1.0) <= 1:
        return ()
    low, high = settings.get("guidance_from", 0.0), settings.get("guidance_to", 1.0)
    levels = sigmas(int(settings["steps"]), settings.get("shift", 3.0), settings.get("start_sigma", 1.0))
    weights = tuple(2.0 if low <= level <= high else 1.0 for level in levels[:-1])
    return weights if len(set(weights)) > 1 else ()


def calibration_photo_cells(shape: ModelShape) -> int:
    """Latent cells of one photo of the bundled calibration."""
    side = max(CALIBRATION_SIDE, shape.minimum_side) * shape.scale // shape.downscale
    return side * side


def calibration_cells(shape: ModelShape, settings: Mapping[str, Any]) -> int:
    """Latent cells that the bundled calibration sends through the transformer."""
    side = max(CALIBRATION_SIDE, shape.minimum_side)
    return CALIBRATION_PHOTOS * photo_work(shape, (side, side), settings).cells
