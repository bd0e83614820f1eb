"""One LR photo through one model: pad, encode, denoise tile by tile, decode, fix colours, crop."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from ..errors import ImageError, QDiT4SRError
from ..images import Pixels, require_pixels, upscale_bicubic
from ..models.super_resolution_model import SuperResolutionModel
from ..progress import Activity, CancelCheck, Phase, Progress, ignore_progress, never_cancelled, stop_if
from ..quantize.layer.sampling_step import set_sampling_step
from .codec_tiling import decode_tiled, encode_lr_tiled
from .color import fix_color
from .denoise import DenoisingStep, Velocity, denoise, guided_velocity
from .enlargement import resize_bicubic
from .schedule import sigmas
from .settings import SamplingSettings
from .tiling import Tile, blend_tiles, tiles

Preview = Callable[[Pixels], None]
"""`preview(pixels)`: the decoded estimate of the result so far, at output size."""

PREVIEWS = 4
"""About how many previews a run shows."""
MAX_LR_PIXELS = 16_000_000


@dataclass(frozen=True, eq=False)
class Upscaled:
    """A finished upscaling."""

    pixels: Pixels
    """(scale*H, scale*W, 3) uint8."""
    seconds: float
    """Wall clock from the LR photo to the pixels, previews not counted."""
    step_seconds: tuple[float, ...]
    """Wall clock of the transformer in each denoising step."""
    settings: SamplingSettings


@dataclass(frozen=True, eq=False)
class Flow:
    """What is integrated for one photo: the velocity, where it starts, and the noise levels."""

    velocity: Velocity
    start: Tensor
    levels: list[float]


def initial_noise(model: SuperResolutionModel, lr_shape: tuple[int, int], seed: int) -> Tensor:
    """The starting noise (1, C, h, w), float32 on the CPU, for an LR photo of (height, width).

    Depends on the seed and the photo's size alone, so that all variants of a model can share it.
    """
    codec, sizes = model.codec, model.sizes
    height, width = (
        side * codec.scale // codec.downscale for side in sizes.padded_shape(sizes.working_shape(lr_shape))
    )
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(1, codec.latent_channels, height, width, generator=generator)


def latent_tiles(
    model: SuperResolutionModel, lr_shape: tuple[int, int], settings: SamplingSettings
) -> list[Tile]:
    """The latent tiles that an LR photo of (height, width) is denoised in."""
    height, width = initial_noise(model, lr_shape, 0).shape[-2:]
    return tiles(height, width, settings.tile, settings.overlap)


def upscale(
    model: SuperResolutionModel,
    lr_pixels: Pixels,
    settings: SamplingSettings | None = None,
    *,
    progress: Progress = ignore_progress,
    cancelled: CancelCheck = never_cancelled,
    preview: Preview | None = None,
    noise: Tensor | None = None,
    watch: Callable[[DenoisingStep], None] | None = None,
) -> Upscaled:
    """Upscale an LR photo (H, W, 3) uint8 by the model's scale; any size from 1 x 1 up.

    Progress counts tile evaluations (steps x tiles); while a photo of several codec crops is encoded or
    decoded, crops. Cancelling takes effect before the next tile or crop.

    Args:
        model: full precision or quantized.
        lr_pixels: (H, W, 3) uint8 sRGB.
        settings: the model's defaults when None.
        progress, cancelled: see `qdit4sr_core.progress`.
        preview: receives the decoded estimate every few steps.
        watch: is shown every denoising step.
        noise: (1, C, h, w) from `initial_noise`; drawn from `settings.seed` when None.

    Raises:
        Cancelled: when the user stops it.
        ImageError: for a photo too large to upscale, and for what is not (H, W, 3) uint8.
        SettingsError: when the model cannot run with the settings.
    """
    require_pixels(lr_pixels)
    settings = settings or SamplingSettings.for_model(model)
    settings.check_fits(model)
    height, width = model.sizes.working_shape((lr_pixels.shape[0], lr_pixels.shape[1]))
    if height * width > MAX_LR_PIXELS:
        size = f"{lr_pixels.shape[1]} x {lr_pixels.shape[0]} pixels"
        if (height, width) != lr_pixels.shape[:2]:
            raise ImageError(
                f"A photo of {size} is too narrow: {model.name!r} would work on {width} x {height}; crop it."
            )
        raise ImageError(
            f"A photo of {size} is too large to upscale; crop it to {MAX_LR_PIXELS // 1_000_000} million "
            "pixels."
        )
    with torch.no_grad():
        return _Run(model, lr_pixels, settings, progress, cancelled, preview, watch).result(noise)


def flow_of(model: SuperResolutionModel, lr_pixels: Pixels, settings: SamplingSettings) -> Flow:
    """The flow of a photo, guided and tiled as `upscale` runs it; gradients pass where they are enabled."""
    run = _Run(model, lr_pixels, settings, ignore_progress, never_cancelled, None, None)
    with torch.no_grad():
        return run.flow(None)


def to_tensor(pixels: Pixels) -> Tensor:
    """(H, W, 3) uint8 to (1, 3, H, W) float32 in [-1, 1]."""
    return torch.from_numpy(pixels.astype(np.float32)).permute(2, 0, 1)[None] / 127.5 - 1


def to_pixels(image: Tensor) -> Pixels:
    """(1, 3, H, W) in [0, 1] to (H, W, 3) uint8, clipped and rounded."""
    values = image[0].clamp(0, 1).mul(255).round().to(torch.uint8)
    return values.permute(1, 2, 0).contiguous().cpu().numpy()


class _Run:
    """The state of one call of `upscale`."""

    def __init__(
        self,
        model: SuperResolutionModel,
        lr_pixels: Pixels,
        settings: SamplingSettings,
        progress: Progress,
        cancelled: CancelCheck,
        preview: Preview | None,
        watch: Callable[[DenoisingStep], None] | None,
    ) -> None:
        self.model, self.settings = model, settings
        self.progress, self.cancelled, self.preview = progress, cancelled, preview
        self.watch = watch
        height, width = lr_pixels.shape[:2]
        self.output_shape = height * model.codec.scale, width * model.codec.scale
        height, width = model.sizes.working_shape((height, width))
        self.lr_pixels = lr_pixels = resize_bicubic(lr_pixels, (height, width))
        tall, wide = model.sizes.padded_shape((height, width))
        edges = (0, wide - width, 0, tall - height)
        self.lr = F.pad(to_tensor(lr_pixels), edges, mode="replicate").to(model.transformer.device)
        self.layout = latent_tiles(model, (height, width), settings)
        self.total = settings.steps * len(self.layout)
        self.done = 0
        self.step_seconds: list[float] = []
        self.preview_seconds = 0.0

    def flow(self, noise: Tensor | None) -> Flow:
        """Encode the photo and draw the start."""
        model, settings = self.model, self.settings
        if noise is None:
            noise = initial_noise(model, self.lr_pixels.shape[:2], settings.seed)
        noise = noise.to(self.lr.device)
        self.progress(0, self.total, Activity(Phase.ENCODING))
        stop_if(self.cancelled)
        self.condition = encode_lr_tiled(
            model.codec,
            self.lr,
            settings.codec_tile,
            cancelled=self.cancelled,
            report=self._crops(Phase.ENCODING),
        )
        levels = sigmas(settings.steps, settings.shift, settings.start_sigma)
        return Flow(self._velocity, self._start(noise, levels[0]), levels)

    def result(self, noise: Tensor | None) -> Upscaled:
        began = time.perf_counter()
        model, settings = self.model, self.settings
        flow = self.flow(noise)
        self.colors = to_tensor(upscale_bicubic(self.lr_pixels, model.codec.scale)) / 2 + 0.5
        self.progress(0, self.total, Activity(Phase.SAMPLING, 1, settings.steps))
        latent = denoise(flow.velocity, flow.start, flow.levels, self._after_step, settings.order)
        if not bool(torch.isfinite(latent).all()):
            raise QDiT4SRError(f"The model {model.name!r} produced values that are not finite.")
        self.progress(self.done, self.total, Activity(Phase.DECODING))
        pixels = self._decode(latent, self._crops(Phase.DECODING))
        seconds = time.perf_counter() - began - self.preview_seconds
        return Upscaled(pixels, seconds, tuple(self.step_seconds), settings)

    def _start(self, noise: Tensor, sigma: float) -> Tensor:
        if sigma >= 1:
            return noise
        estimate: Tensor = self.model.codec.estimate_latent(self.condition)  # type: ignore[attr-defined]
        return (1 - sigma) * estimate + sigma * noise

    def _velocity(self, x: Tensor, step: int, sigma: float) -> Tensor:
        transformer, settings = self.model.transformer, self.settings
        began = time.perf_counter()
        set_sampling_step(transformer, step, settings.steps)

        def tile_velocity(tile: Tile) -> Tensor:
            v = guided_velocity(
                transformer,
                tile.crop(x),
                tile.crop(self.condition),
                sigma,
                self.model.text,
                settings.guidance_at(sigma),
            )
            self.done += 1
            self.progress(self.done, self.total, Activity(Phase.SAMPLING, step + 1, settings.steps))
            return v

        v = blend_tiles(self.layout, tuple(x.shape), tile_velocity, self.cancelled)
        self.step_seconds.append(time.perf_counter() - began)
        return v

    def _after_step(self, state: DenoisingStep) -> None:
        stop_if(self.cancelled)
        if self.watch is not None:
            self.watch(state)
        every = max(state.steps // PREVIEWS, 1)
        if self.preview is None or (state.step + 1) % every or state.step + 1 == state.steps:
            return
        began = time.perf_counter()
        self.preview(self._decode(state.estimate))
        self.preview_seconds += time.perf_counter() - began

    def _crops(self, phase: Phase) -> Callable[[int, int], None]:
        """Progress in the codec's crops; a photo of a single crop has nothing to tell before its end."""

        def report(done: int, total: int) -> None:
            if total > 1:
                self.progress(done, total, Activity(phase))

        return report

    def _decode(self, latent: Tensor, report: Callable[[int, int], None] | None = None) -> Pixels:
        codec = self.model.codec
        image = decode_tiled(
            codec, latent, self.lr, self.settings.codec_tile, cancelled=self.cancelled, report=report
        )
        height, width = (side * codec.scale for side in self.lr_pixels.shape[:2])
        # colours are fixed on the CPU, in double precision, which not every GPU has
        image = image[..., :height, :width].float().cpu() / 2 + 0.5
        pixels = to_pixels(fix_color(image, self.colors, self.settings.color_fix))
        return resize_bicubic(pixels, self.output_shape)
