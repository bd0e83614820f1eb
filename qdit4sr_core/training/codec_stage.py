"""Stage 1: the nano codec. It finds the components, learns to guess them from LR, and to decode them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F

from ..models.nano_codec import NanoCodec, NanoCodecConfig, compress, upscale_bicubic_tensor
from .losses import psnr, spectrum_l1
from .pairs import Pairs, draw_windows
from .run import Run, RunningAverage, Stage, learning_rate, to_images

HELD_OUT = 256
"""The first pairs are never trained on; periodic evaluation uses them."""


@dataclass(frozen=True)
class CodecTraining:
    """Settings of the codec stage."""

    minutes: float = 10.0
    batch: int = 16
    side: int = 96
    """HR pixels of a training window."""
    peak_rate: float = 1.5e-3
    latent_noise: float = 0.35
    """Largest standard deviation of the noise added to latents while the decoder learns."""
    guessed_share: float = 0.15
    """Share of windows decoded from the mean that was guessed from the LR photo alone."""
    spectrum_weight: float = 0.3


def train_codec(pairs: Pairs, settings: CodecTraining, run: Run, config: NanoCodecConfig) -> NanoCodec:
    """Train (or go on training) the codec; returns the averaged weights with latent scales set."""
    torch.manual_seed(run.seed)
    codec = NanoCodec(config)
    set_components(codec, pairs, run)
    codec = codec.to(run.device).to(memory_format=torch.channels_last)
    average = RunningAverage(codec)
    optimizer = torch.optim.AdamW(codec.parameters(), lr=settings.peak_rate, betas=(0.9, 0.99), weight_decay=1e-4)
    parts = {"codec": codec, "average": average.module, "optimizer": optimizer}
    stage = Stage("codec", run, parts, every=200, total_minutes=settings.minutes)
    rng = np.random.default_rng([run.seed, stage.step])
    for step in stage:
        for group in optimizer.param_groups:
            group["lr"] = learning_rate(stage.fraction, settings.peak_rate)
        hr, lr = (to_images(x, run.device) for x in draw_windows(pairs, rng, settings.batch, settings.side, HELD_OUT))
        with torch.no_grad():
            latent = codec.encode(hr, lr)
        with run.autocast():
            features = codec.features(lr)
            guess = codec.condition_of(features)[:, : config.latent_channels].float()
            used = latent + torch.randn_like(latent) * settings.latent_noise * torch.rand_like(latent[:, :1, :1, :1])
            guessed = torch.rand_like(latent[:, :1, :1, :1]) < settings.guessed_share
            image = codec.decode_features(torch.where(guessed, guess.detach(), used), lr, features)
            pixel = F.l1_loss(image, hr)
            surprise = F.mse_loss(guess, latent)
            loss = pixel + settings.spectrum_weight * spectrum_l1(image, hr) + 0.1 * surprise
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(codec.parameters(), 1.0)
        optimizer.step()
        average.update(codec, step)
        if stage.due:
            scores = evaluate_codec(average.module, pairs, run)
            stage.log.write(
                stage="codec", step=step, minutes=stage.spent / 60, samples=step * settings.batch,
                l1=pixel.item(), surprise=surprise.item(), **scores,
            )  # fmt: skip
    if run.minutes > 0:
        set_condition_scale(average.module, pairs, run)
        stage.save()
    return average.module


@torch.no_grad()
def set_components(codec: NanoCodec, pairs: Pairs, run: Run, count: int = 1500) -> None:
    """Principal components of the missing detail's 8x8 blocks, and the root mean square of each."""
    windows = draw_windows(pairs, np.random.default_rng([run.seed, 4]), count, 96, HELD_OUT)
    hr, lr = (to_images(x, "cpu") for x in windows)
    missing = F.pixel_unshuffle(hr - upscale_bicubic_tensor(lr, codec.scale), codec.downscale)
    blocks = missing.permute(0, 2, 3, 1).reshape(-1, missing.shape[1])
    vectors = torch.linalg.eigh((blocks.T @ blocks).double())[1].flip(1)
    codec.basis.copy_(vectors[:, : codec.latent_channels].T.float())
    rms = compress(blocks @ codec.basis.T).pow(2).mean(0).sqrt()
    codec.latent_scale.copy_(rms.view(1, -1, 1, 1))


@torch.no_grad()
def set_condition_scale(codec: NanoCodec, pairs: Pairs, run: Run) -> None:
    """Measure the root mean square of the condition by channel and store it in the codec."""
    codec.condition_scale.fill_(1.0)
    lr = to_images(draw_windows(pairs, np.random.default_rng(2), 64, 128, HELD_OUT)[1], run.device)
    with run.autocast():
        condition = codec.encode_lr(lr)
    rms = condition.float().pow(2).mean(dim=(0, 2, 3), keepdim=True).sqrt()
    codec.condition_scale.copy_(rms.clamp_min(1e-3))


@torch.no_grad()
def evaluate_codec(codec: NanoCodec, pairs: Pairs, run: Run, count: int = 24) -> dict[str, float]:
    """Held-out PSNR in dB of bicubic, of decoding the guessed mean, and of reconstruction."""
    held_out = Pairs(pairs.hr[:HELD_OUT], pairs.lr[:HELD_OUT])
    windows = draw_windows(held_out, np.random.default_rng(1), count, 128)
    hr, lr = (to_images(x, run.device) for x in windows)
    with run.autocast():
        latent = codec.encode(hr, lr)
        guess = codec.encode_lr(lr)[:, : codec.latent_channels]
        noisy = latent + 0.3 * torch.randn_like(latent)
        return {
            "bicubic": psnr(upscale_bicubic_tensor(lr, codec.scale), hr),
            "guessed": psnr(codec.decode(guess, lr), hr),
            "reconstructed": psnr(codec.decode(latent, lr), hr),
            "from_noisy": psnr(codec.decode(noisy, lr), hr),
            "explained": float(1 - (guess - latent).float().pow(2).mean() / latent.float().pow(2).mean()),
        }
