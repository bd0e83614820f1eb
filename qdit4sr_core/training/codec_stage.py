"""Stage 1: the nano codec. It finds the components of detail and learns to decode them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F

from ..models.nano_codec import NanoCodec, NanoCodecConfig, compress, upscale_bicubic_tensor
from .losses import psnr, spectrum_l1
from .pairs import Pairs, draw_windows
from .run import Run, RunningAverage, Stage, learning_rate, to_images


@dataclass(frozen=True)
class CodecTraining:
    """Settings of the codec stage."""

    minutes: float = 10.0
    batch: int = 8
    side: int = 64
    """HR pixels of a training window."""
    peak_rate: float = 6e-4
    latent_noise: float = 0.35
    """Largest standard deviation of the noise added to latents while the decoder learns."""
    spectrum_weight: float = 0.3


def train_codec(pairs: Pairs, settings: CodecTraining, run: Run, config: NanoCodecConfig) -> NanoCodec:
    """Train (or go on training) the codec; returns the averaged weights."""
    torch.manual_seed(run.seed)
    codec = NanoCodec(config)
    set_components(codec, pairs, run)
    codec = codec.to(run.device)
    codec.condition.requires_grad_(False)  # learned together with the transformer
    average = RunningAverage(codec)
    optimizer = torch.optim.AdamW(
        [p for p in codec.parameters() if p.requires_grad],
        lr=settings.peak_rate,
        betas=(0.9, 0.99),
        weight_decay=1e-4,
    )
    parts = {"codec": codec, "average": average.module, "optimizer": optimizer}
    stage = Stage("codec", run, parts, every=100, total_minutes=settings.minutes)
    rng = np.random.default_rng([run.seed, stage.step])
    for step in stage:
        for group in optimizer.param_groups:
            group["lr"] = learning_rate(stage.fraction, settings.peak_rate)
        hr, lr = (to_images(x, run.device) for x in draw_windows(pairs, rng, settings.batch, settings.side))
        with torch.no_grad():
            latent = codec.encode(hr, lr)
            noise = torch.randn_like(latent) * torch.rand_like(latent[:, :1, :1, :1])
            used = latent + settings.latent_noise * noise
        with run.autocast():
            image = codec.decode(used, lr)
            pixel = F.l1_loss(image, hr)
            loss = pixel + settings.spectrum_weight * spectrum_l1(image, hr)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(codec.parameters(), 0.3)
        optimizer.step()
        average.update(codec, step)
        stage.samples += settings.batch
        if stage.due:
            scores = evaluate_codec(average.module, pairs, run)
            stage.log.write(
                stage="codec", step=step, minutes=stage.spent / 60, samples=stage.samples,
                l1=pixel.item(), **scores,
            )  # fmt: skip
    stage.save()
    return average.module


@torch.no_grad()
def set_components(codec: NanoCodec, pairs: Pairs, run: Run, count: int = 1500) -> None:
    """Principal components of the detail's 8x8 blocks, and the root mean square of each."""
    windows = draw_windows(pairs, np.random.default_rng([run.seed, 4]), count, 96)
    hr, lr = (to_images(x, "cpu") for x in windows)
    detail = codec.detail(hr, lr)
    blocks = detail.permute(0, 2, 3, 1).reshape(-1, detail.shape[1])
    vectors = torch.linalg.eigh((blocks.T @ blocks).double())[1].flip(1)
    codec.basis.copy_(vectors[:, : codec.latent_channels].T.float())
    rms = compress(blocks @ codec.basis.T).pow(2).mean(0).sqrt()
    codec.latent_scale.copy_(rms.view(1, -1, 1, 1))


@torch.no_grad()
def evaluate_codec(codec: NanoCodec, pairs: Pairs, run: Run, count: int = 24) -> dict[str, float]:
    """Held-out PSNR in dB of bicubic, of decoding nothing, and of reconstruction."""
    windows = draw_windows(pairs, np.random.default_rng(1), count, 128, held_out=True)
    hr, lr = (to_images(x, run.device) for x in windows)
    with run.autocast():
        latent = codec.encode(hr, lr)
        noisy = latent + 0.3 * torch.randn_like(latent)
        return {
            "bicubic": psnr(upscale_bicubic_tensor(lr, codec.scale), hr),
            "base": psnr(codec.base(lr), hr),
            "draft": psnr(codec.draft(latent, lr), hr),
            "from_bicubic": psnr(codec.decode(codec.estimate_latent(codec.encode_lr(lr)), lr), hr),
            "explained": float(1 - (codec.encode_lr(lr)[:, : codec.latent_channels] - latent).pow(2).mean()),
            "reconstructed": psnr(codec.decode(latent, lr), hr),
            "from_noisy": psnr(codec.decode(noisy, lr), hr),
        }
