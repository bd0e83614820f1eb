"""Stage 3: the codec's decoder learns texture: feature loss and a patch discriminator.

Latents and conditions do not depend on the decoder, so the transformer stays valid. Half of the latents
are encoded from HR, half are drawn by the transformer, which is what the decoder will see in use.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ..models.dit4sr import DiT4SR
from ..models.nano_codec import NanoCodec, upscale_bicubic_tensor
from .features import SqueezeNetFeatures
from .losses import psnr, spectrum_l1, texture_energy_l1
from .pairs import Pairs, draw_windows
from .run import Run, RunningAverage, Stage, learning_rate, to_images
from .transformer_stage import sample_latents


@dataclass(frozen=True)
class DecoderTraining:
    """Settings of the decoder stage."""

    minutes: float = 20.0
    batch: int = 8
    """Windows a step; half of them use latents drawn by the transformer."""
    side: int = 96
    drawn_windows: int = 800
    """Windows whose latents the transformer draws before the stage begins."""
    drawn_steps: int = 12
    peak_rate: float = 4e-4
    latent_noise: float = 0.2
    """Standard deviation of the noise added to encoded latents."""
    pixel_weight: float = 0.6
    pixel_weight_drawn: float = 0.15
    feature_weight: float = 0.12
    adversarial_weight: float = 0.08
    spectrum_weight: float = 0.2
    texture_weight: float = 0.03
    """Of the distance between local texture energies, on drawn latents too."""
    discriminator_start: int = 100
    """Steps in which only the discriminator learns from the generator's output."""


class PatchDiscriminator(nn.Module):
    """Tells HR from decoded patches, given the bicubic upscaling; one logit for 8x8 pixels."""

    def __init__(self, width: int = 48) -> None:
        super().__init__()

        def conv(inputs: int, outputs: int, stride: int) -> nn.Module:
            layer = nn.Conv2d(inputs, outputs, 3, stride, 1)
            nn.init.kaiming_normal_(layer.weight, a=0.2)
            return layer

        slope = 0.2
        self.layers = nn.Sequential(
            conv(24, width, 1), nn.LeakyReLU(slope),
            conv(width, 2 * width, 2), nn.LeakyReLU(slope),
            conv(2 * width, 2 * width, 1), nn.LeakyReLU(slope),
            conv(2 * width, 4 * width, 2), nn.LeakyReLU(slope),
            conv(4 * width, 4 * width, 1), nn.LeakyReLU(slope),
            nn.Conv2d(4 * width, 1, 3, 1, 1),
        )  # fmt: skip

    def forward(self, image: Tensor, soft: Tensor) -> Tensor:
        """Logits (N, 1, H/8, W/8) for images (N, 3, H, W) beside their bicubic upscalings."""
        y: Tensor = self.layers(F.pixel_unshuffle(torch.cat([image, soft], dim=1), 2))
        return y


@dataclass(frozen=True)
class _Drawn:
    """Windows with latents drawn by the transformer."""

    hr: np.ndarray
    lr: np.ndarray
    latent: Tensor


@torch.no_grad()
def draw_latents(
    codec: NanoCodec, transformer: DiT4SR, pairs: Pairs, settings: DecoderTraining, run: Run
) -> _Drawn:
    """Sample the transformer on random training windows."""
    rng = np.random.default_rng([run.seed, 77])
    hr, lr = draw_windows(pairs, rng, settings.drawn_windows, settings.side)
    generator = torch.Generator().manual_seed(run.seed)
    latents = []
    for start in range(0, len(lr), 32):
        run.progress(start, len(lr), "drawing latents")
        with run.autocast():
            condition = codec.encode_lr(to_images(lr[start : start + 32], run.device)).float()
            latents.append(sample_latents(transformer, condition, settings.drawn_steps, generator).half())
    return _Drawn(hr, lr, torch.cat(latents))


def _trainable(codec: NanoCodec) -> Iterator[nn.Parameter]:
    for part in (codec.merge, codec.decoder, codec.detail_out):
        yield from part.parameters()


def train_decoder(
    codec: NanoCodec,
    transformer: DiT4SR,
    pairs: Pairs,
    settings: DecoderTraining,
    run: Run,
    features: Path | None,
) -> NanoCodec:
    """Train (or go on training) the decoder; returns the codec with averaged decoder weights."""
    torch.manual_seed(run.seed)
    codec = codec.to(run.device).train().requires_grad_(False)
    for parameter in _trainable(codec):
        parameter.requires_grad_(True)
    average = RunningAverage(codec)
    judge = PatchDiscriminator().to(run.device)
    network = SqueezeNetFeatures(features).to(run.device) if features is not None else None
    optimizer = torch.optim.Adam(_trainable(codec), lr=settings.peak_rate, betas=(0.5, 0.99))
    judge_optimizer = torch.optim.Adam(judge.parameters(), lr=settings.peak_rate, betas=(0.5, 0.99))
    parts = {
        "codec": codec,
        "average": average.module,
        "judge": judge,
        "optimizer": optimizer,
        "judge_optimizer": judge_optimizer,
    }
    stage = Stage("decoder", run, parts, every=100, total_minutes=settings.minutes)
    rng = np.random.default_rng([run.seed, 3, stage.step])
    drawn = None
    half = settings.batch // 2
    for step in stage:
        drawn = drawn or draw_latents(codec, transformer, pairs, settings, run)
        for group in optimizer.param_groups:
            group["lr"] = learning_rate(stage.fraction, settings.peak_rate, floor=0.1)
        hr_a, lr_a = draw_windows(pairs, rng, half, settings.side)
        pick = rng.integers(0, len(drawn.lr), half)
        hr = to_images(np.concatenate([hr_a, drawn.hr[pick]]), run.device)
        lr = to_images(np.concatenate([lr_a, drawn.lr[pick]]), run.device)
        with run.autocast():
            with torch.no_grad():
                encoded = codec.encode(hr[:half], lr[:half])
                encoded = encoded + settings.latent_noise * torch.randn_like(encoded)
                latent = torch.cat([encoded, drawn.latent[pick].to(run.device).to(encoded.dtype)])
                soft = upscale_bicubic_tensor(lr, codec.scale)
            image = codec.decode(latent, lr)
            judge_loss = _hinge(judge, hr, image.detach(), soft)
        judge_optimizer.zero_grad(set_to_none=True)
        judge_loss.backward()
        judge_optimizer.step()
        with run.autocast():
            pixel = F.l1_loss(image[:half], hr[:half])
            pixel_drawn = F.l1_loss(image[half:], hr[half:])
            loss = settings.pixel_weight * pixel + settings.pixel_weight_drawn * pixel_drawn
            loss = loss + settings.spectrum_weight * spectrum_l1(image[:half], hr[:half])
            texture = texture_energy_l1(image, hr)
            loss = loss + settings.texture_weight * texture
            distance = network.distance(image, hr) if network is not None else torch.zeros(())
            loss = loss + settings.feature_weight * distance
            if step > settings.discriminator_start:
                judge.requires_grad_(False)
                loss = loss - settings.adversarial_weight * judge(image, soft).mean()
                judge.requires_grad_(True)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(list(_trainable(codec)), 1.0)
        optimizer.step()
        average.update(codec, step)
        stage.samples += 2 * half
        if stage.due:
            stage.log.write(
                stage="decoder", step=step, minutes=stage.spent / 60, samples=stage.samples,
                pixel=pixel.item(), pixel_drawn=pixel_drawn.item(), features=distance.item(),
                texture=texture.item(), judge=judge_loss.item(), **_evaluate(average.module, drawn, run),
            )  # fmt: skip
    stage.save()
    return average.module


def _hinge(judge: nn.Module, real: Tensor, made: Tensor, soft: Tensor) -> Tensor:
    return F.relu(1 - judge(real, soft)).mean() + F.relu(1 + judge(made, soft)).mean()


@torch.no_grad()
def _evaluate(codec: NanoCodec, drawn: _Drawn, run: Run, count: int = 32) -> dict[str, float]:
    """On drawn latents: PSNR in dB, and detail (energy of horizontal+vertical differences) against HR."""
    lr, hr = to_images(drawn.lr[:count], run.device), to_images(drawn.hr[:count], run.device)
    with run.autocast():
        image = codec.decode(drawn.latent[:count].to(run.device).float(), lr).float()

    def detail(x: Tensor) -> Tensor:
        second = x[..., 2:] - 2 * x[..., 1:-1] + x[..., :-2]
        return second.pow(2).mean()

    return {"psnr": psnr(image, hr), "detail": float(detail(image) / detail(hr))}
