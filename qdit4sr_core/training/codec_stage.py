"""Stage 1: the nano codec learns to say in a small latent what bicubic upscaling lacks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F

from ..models.nano_codec import NanoCodec, NanoCodecConfig, upscale_bicubic_tensor
from .features import FeatureLoss
from .losses import psnr, spectrum_l1
from .pairs import Pairs, draw_windows
from .run import Run, RunningAverage, Stage, learning_rate, to_images


@dataclass(frozen=True)
class CodecTraining:
    """Settings of the codec stage."""

    minutes: float = 15.0
    batch: int = 12
    side: int = 64
    """HR pixels of a training window."""
    peak_rate: float = 8e-4
    latent_noise: float = 0.5
    """Largest standard deviation of the noise added to latents while the decoder learns."""
    drop_share: float = 0.1
    """Share of windows decoded from a latent of zeros: a soft picture, not a broken one."""
    spectrum_weight: float = 0.3
    feature_weight: float = 0.3
    feature_windows: int = 3
    """Windows of a batch that the feature loss looks at; it costs more than all the rest."""


def train_codec(pairs: Pairs, settings: CodecTraining, run: Run, config: NanoCodecConfig) -> NanoCodec:
    """Train (or go on training) the codec; returns the averaged weights."""
    torch.manual_seed(run.seed)
    codec = NanoCodec(config).to(run.device)
    codec.condition.requires_grad_(False)  # learned together with the transformer
    average = RunningAverage(codec, 0.998)
    optimizer = torch.optim.AdamW(
        [p for p in codec.parameters() if p.requires_grad],
        lr=settings.peak_rate,
        betas=(0.9, 0.99),
        weight_decay=1e-4,
    )
    parts = {"codec": codec, "average": average.module, "optimizer": optimizer}
    stage = Stage("codec", run, parts, every=100, total_minutes=settings.minutes)
    rng = np.random.default_rng([run.seed, stage.step])
    features = FeatureLoss().to(run.device) if run.minutes > 0 and settings.feature_windows else None
    codec.train()
    for step in stage:
        for group in optimizer.param_groups:
            group["lr"] = learning_rate(stage.fraction, settings.peak_rate)
        hr, lr = (to_images(x, run.device) for x in draw_windows(pairs, rng, settings.batch, settings.side))
        with run.autocast():
            latent = codec.encode(hr, lr)
            noise = torch.randn_like(latent) * torch.rand_like(latent[:, :1, :1, :1])
            kept = torch.rand_like(latent[:, :1, :1, :1]) >= settings.drop_share
            image = codec.decode((latent + settings.latent_noise * noise) * kept, lr).float()
            pixel = F.l1_loss(image, hr)
            loss = pixel + settings.spectrum_weight * spectrum_l1(image, hr)
            distance = torch.zeros(())
            if features is not None:
                some = settings.feature_windows
                distance = features(image[:some], hr[:some])
                loss = loss + settings.feature_weight * distance
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
                l1=pixel.item(), features=distance.item(), **scores,
            )  # fmt: skip
    stage.save()
    measure_latents(average.module, pairs, run)
    return average.module


@torch.no_grad()
def measure_latents(codec: NanoCodec, pairs: Pairs, run: Run, count: int = 512) -> None:
    """Set the encoder's last layer so that latents of the averaged weights have unit variance."""
    hr, lr = draw_windows(pairs, np.random.default_rng([run.seed, 4]), count, 128)
    norm = codec.encoder[-1]
    assert isinstance(norm, torch.nn.BatchNorm2d)
    norm.reset_running_stats()
    norm.momentum = None  # a plain mean over all batches
    norm.train()
    with run.autocast():
        for start in range(0, count, 32):
            codec.encode(*(to_images(x[start : start + 32], run.device) for x in (hr, lr)))
    norm.eval()


@torch.no_grad()
def evaluate_codec(codec: NanoCodec, pairs: Pairs, run: Run, count: int = 24) -> dict[str, float]:
    """Held-out PSNR in dB of bicubic, of decoding nothing, and of reconstruction."""
    windows = draw_windows(pairs, np.random.default_rng(1), count, 128, held_out=True)
    hr, lr = (to_images(x, run.device) for x in windows)
    with run.autocast():
        latent = codec.encode(hr, lr).float()
        noisy = latent + 0.3 * torch.randn(latent.shape, generator=torch.Generator().manual_seed(1)).to(
            latent
        )
        return {
            "bicubic": psnr(upscale_bicubic_tensor(lr, codec.scale), hr),
            "nothing": psnr(codec.decode(torch.zeros_like(latent), lr), hr),
            "reconstructed": psnr(codec.decode(latent, lr), hr),
            "from_noisy": psnr(codec.decode(noisy, lr), hr),
            "latent_variance": float(latent.pow(2).mean()),
        }
