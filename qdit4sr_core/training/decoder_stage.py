"""Stage 3: the codec's decoder learns texture: a feature loss and a discriminator.

Latents and conditions do not depend on the decoder, so the transformer stays valid. A part of the latents is
encoded from HR, which keeps their meaning; most are drawn by the transformer, as all are in use.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import torch
from torch import Tensor

from ..models.dit4sr import DiT4SR
from ..models.nano_codec import NanoCodec, upscale_bicubic_tensor
from ..progress import stop_if
from ..upscale.settings import SamplingSettings
from .features import FeatureLoss, random_crop
from .judge import UNetJudge, hinge_loss
from .losses import psnr, spectrum_l1, texture_energy_l1
from .pairs import Pairs, draw_windows
from .run import Run, RunningAverage, Stage, learning_rate, to_images
from .transformer_stage import sample_latents


@dataclass(frozen=True)
class DecoderTraining:
    """Settings of the decoder stage."""

    minutes: float = 30.0
    batch: int = 6
    """Windows a step."""
    drawn_share: float = 2 / 3
    """Of them with latents drawn by the transformer, where there is one: what the decoder will see in use."""
    side: int = 96
    drawn_windows: int = 768
    """Windows whose latents the transformer draws before the stage begins."""
    sampling: SamplingSettings = field(default_factory=SamplingSettings)
    """How they are drawn."""
    peak_rate: float = 3e-4
    latent_noise: float = 0.25
    """Largest standard deviation of the noise added to encoded latents."""
    pixel_weight: float = 0.6
    pixel_weight_drawn: float = 0.2
    feature_weight: float = 1.0
    feature_side: int = 64
    """Side of the random crop that the feature loss looks at."""
    adversarial_weight: float = 0.03
    spectrum_weight: float = 0.1
    texture_weight: float = 0.06
    """Of the distance between local texture energies, on drawn latents too."""
    discriminator_start: int = 60
    """Steps at the beginning in which the discriminator alone learns, from what the decoder gives."""

    def gentle(self) -> DecoderTraining:
        """For a decoder that was trained before: it waits until a new discriminator tells it from HR."""
        return replace(self, discriminator_start=300)


@dataclass(frozen=True)
class _Drawn:
    """Windows with latents drawn by the transformer."""

    hr: np.ndarray
    lr: np.ndarray
    latent: Tensor


@torch.no_grad()
def draw_latents(
    codec: NanoCodec, transformer: DiT4SR, pairs: Pairs, settings: DecoderTraining, run: Run, seed: int
) -> _Drawn:
    """Sample the transformer on random training windows."""
    rng = np.random.default_rng([run.seed, 77, seed])
    hr, lr = draw_windows(pairs, rng, settings.drawn_windows, settings.side)
    generator = torch.Generator().manual_seed(run.seed + seed)
    latents = []
    for start in range(0, len(lr), 32):
        stop_if(run.cancelled)
        run.progress(start, len(lr), "drawing latents")
        with run.autocast():
            condition = codec.encode_lr(to_images(lr[start : start + 32], run.device)).float()
            latents.append(sample_latents(transformer, condition, settings.sampling, generator).half())
    return _Drawn(hr, lr, torch.cat(latents))


def train_decoder(
    codec: NanoCodec, transformer: DiT4SR | None, pairs: Pairs, settings: DecoderTraining, run: Run
) -> NanoCodec:
    """Train (or go on training) the decoder; returns the codec with averaged decoder weights.

    Without a transformer all latents are encoded ones.
    """
    torch.manual_seed(run.seed)
    codec = codec.to(run.device).eval().requires_grad_(False)
    codec.decoder.requires_grad_(True)
    weights = list(codec.decoder.parameters())
    average = RunningAverage(codec.decoder)
    judge = UNetJudge().to(run.device)
    optimizer = torch.optim.Adam(weights, lr=settings.peak_rate, betas=(0.8, 0.99))
    judge_optimizer = torch.optim.Adam(judge.parameters(), lr=settings.peak_rate, betas=(0.8, 0.99))
    parts = {
        "decoder": codec.decoder,
        "average": average.module,
        "judge": judge,
        "optimizer": optimizer,
        "judge_optimizer": judge_optimizer,
    }
    stage = Stage("decoder", run, parts, every=100, total_minutes=settings.minutes)
    rng = np.random.default_rng([run.seed, 3, stage.step])
    generator = torch.Generator().manual_seed(stage.step)
    features = FeatureLoss().to(run.device) if run.minutes > 0 else None
    drawn = None
    for step in stage:
        if transformer is not None and drawn is None:
            drawn = draw_latents(codec, transformer, pairs, settings, run, step)
        for group in optimizer.param_groups:
            group["lr"] = learning_rate(stage.fraction, settings.peak_rate, floor=0.1)
        hr, lr, latent, encoded = _batch(codec, pairs, drawn, rng, settings, run)
        learns = step > settings.discriminator_start
        with run.autocast():
            soft = upscale_bicubic_tensor(lr, codec.scale)
            with torch.set_grad_enabled(learns):
                image = codec.decode(latent, lr)
            judge_loss = hinge_loss(judge, hr, image.detach(), soft)
        judge_optimizer.zero_grad(set_to_none=True)
        judge_loss.backward()
        judge_optimizer.step()
        if learns or stage.due:
            with run.autocast(), torch.set_grad_enabled(learns):
                loss, parts_of_loss = _decoder_loss(
                    image.float(), hr, soft, encoded, judge, features, generator, settings
                )
        if learns:
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(weights, 1.0)
            optimizer.step()
            average.update(codec.decoder, step)
        stage.samples += len(hr)
        if stage.due:
            stage.log.write(
                stage="decoder", step=step, minutes=stage.spent / 60, samples=stage.samples,
                judge=judge_loss.item(), **parts_of_loss,
                **_evaluate(codec, average.module, pairs, drawn, run, features),
            )  # fmt: skip
    stage.save()
    codec.decoder.load_state_dict(average.module.state_dict())
    return codec.requires_grad_(False)


def _decoder_loss(
    image: Tensor,
    hr: Tensor,
    soft: Tensor,
    encoded: int,
    judge: UNetJudge,
    features: FeatureLoss | None,
    generator: torch.Generator,
    settings: DecoderTraining,
) -> tuple[Tensor, dict[str, float]]:
    """What the decoder minimises, and parts of it by name: pixels, features, texture.

    Pixels of drawn latents, all but the first `encoded`, weigh less, and their spectra are not compared.
    """
    by_window = (image - hr).abs().flatten(1).mean(1)
    weight = torch.full_like(by_window, settings.pixel_weight_drawn)
    weight[:encoded] = settings.pixel_weight
    texture = texture_energy_l1(image, hr)
    loss = (weight * by_window).mean()
    loss = loss + settings.spectrum_weight * spectrum_l1(image[:encoded], hr[:encoded])
    loss = loss + settings.texture_weight * texture
    distance = torch.zeros(())
    if features is not None:
        distance = features(*random_crop((image, hr), settings.feature_side, generator))
        loss = loss + settings.feature_weight * distance
    judge.requires_grad_(False)
    loss = loss - settings.adversarial_weight * judge(image, soft).float().mean()
    judge.requires_grad_(True)
    parts = {"pixel": by_window.mean(), "features": distance, "texture": texture}
    return loss, {name: part.item() for name, part in parts.items()}


def _batch(
    codec: NanoCodec,
    pairs: Pairs,
    drawn: _Drawn | None,
    rng: np.random.Generator,
    settings: DecoderTraining,
    run: Run,
) -> tuple[Tensor, Tensor, Tensor, int]:
    """HR, LR and latents of a step, and how many of them, the first ones, are encoded."""
    encoded = settings.batch - (0 if drawn is None else round(settings.drawn_share * settings.batch))
    hr_windows, lr_windows = draw_windows(pairs, rng, encoded, settings.side)
    picked = None
    if drawn is not None:
        pick = rng.integers(0, len(drawn.lr), settings.batch - encoded)
        hr_windows = np.concatenate([hr_windows, drawn.hr[pick]])
        lr_windows = np.concatenate([lr_windows, drawn.lr[pick]])
        picked = drawn.latent[pick].to(run.device).float()
    hr, lr = to_images(hr_windows, run.device), to_images(lr_windows, run.device)
    with torch.no_grad(), run.autocast():
        latent = codec.encode(hr[:encoded], lr[:encoded]).float()
        level = settings.latent_noise * torch.rand_like(latent[:, :1, :1, :1])
        latent = latent + level * torch.randn_like(latent)
    if picked is not None:
        latent = torch.cat([latent, picked])
    return hr, lr, latent, encoded


@torch.no_grad()
def _evaluate(
    codec: NanoCodec,
    decoder: torch.nn.Module,
    pairs: Pairs,
    drawn: _Drawn | None,
    run: Run,
    features: FeatureLoss | None,
    count: int = 24,
) -> dict[str, float]:
    """PSNR in dB, feature distance and detail (energy of second differences against HR's), averaged weights.

    On latents encoded from held-out photos, and on drawn ones of the training photos.
    """

    def scores(latent: Tensor, lr: Tensor, hr: Tensor) -> tuple[float, float, float]:
        with run.autocast():
            image = (upscale_bicubic_tensor(lr, codec.scale) + decoder(latent, lr)).float()
            distance = float(features(image, hr)) if features is not None else 0.0
        detail, wanted = ((x[..., 2:] - 2 * x[..., 1:-1] + x[..., :-2]).pow(2).mean() for x in (image, hr))
        return psnr(image, hr), distance, float(detail / wanted)

    windows = draw_windows(pairs, np.random.default_rng(2), count, 96, held_out=True)
    hr, lr = (to_images(x, run.device) for x in windows)
    with run.autocast():
        latent = codec.encode(hr, lr).float()
    found = dict(zip(("psnr", "distance", "detail"), scores(latent, lr, hr), strict=True))
    if drawn is not None:
        hr, lr = to_images(drawn.hr[:count], run.device), to_images(drawn.lr[:count], run.device)
        of_drawn = scores(drawn.latent[:count].to(run.device).float(), lr, hr)
        found |= dict(zip(("psnr_drawn", "distance_drawn", "detail_drawn"), of_drawn, strict=True))
    return found
