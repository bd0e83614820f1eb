"""Stage 2: the DiT4SR transformer learns to turn noise into latents, given the LR condition."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ..models.config import DiT4SRConfig
from ..models.dit4sr import DiT4SR
from ..models.nano_codec import NanoCodec
from ..upscale.denoise import denoise, guided_velocity
from ..upscale.settings import SamplingSettings
from .losses import psnr
from .pairs import Pairs, draw_windows
from .run import Run, RunningAverage, Stage, learning_rate, to_images


@dataclass(frozen=True)
class TransformerTraining:
    """Settings of the transformer stage."""

    minutes: float = 75.0
    batch: int = 32
    side: int = 16
    """Latent cells of a training window (8 output pixels each)."""
    wide_side: int = 32
    wide_share: float = 0.1
    """Share of steps on the wider window, at a quarter of the batch."""
    drop_share: float = 0.12
    """Share of windows whose condition is set to zero, so that sampling can be guided."""
    peak_rate: float = 2e-3
    sigma_shift: float = 2.0
    """Draws noise levels as s*u/(1+(s-1)*u), u uniform: above 1 favours noisy levels."""
    average_decay: float = 0.998

    def gentle(self) -> TransformerTraining:
        """For weights that were trained before: a quarter of the learning rate."""
        return replace(self, peak_rate=self.peak_rate / 4)


def nano_config(codec: NanoCodec) -> DiT4SRConfig:
    """The bundled model's transformer: six blocks of width 192, one with dual attention, no text."""
    return DiT4SRConfig(
        sample_size=64,
        in_channels=codec.latent_channels,
        out_channels=codec.latent_channels,
        num_layers=6,
        num_attention_heads=3,
        attention_head_dim=64,
        joint_attention_dim=None,
        caption_projection_dim=192,
        pooled_projection_dim=None,
        dual_attention_layers=(0,),
        pos_embed_max_size=32,
        lr_channels=codec.config.condition_channels,
        null_condition=True,
        attn2_has_context=False,
        key_control_mode="fixed",
        control_conv_scale=1.0,
    )


@torch.no_grad()
def initialise(model: DiT4SR) -> None:
    """Start from scratch: DiT's zero-initialised modulation and output, open gates, a direct LR path.

    The cross-stream convolution starts as the identity and the stacked control projections as identities,
    so that LR features reach the noise tokens at their own place from the first step.
    """
    for block in model.blocks:
        norm = block.norm1
        nn.init.zeros_(norm.linear.weight)
        nn.init.zeros_(norm.linear.bias)
        gates = norm.linear.bias.view(norm.parts, -1)
        for index in (2, 5, 8)[: norm.parts // 3]:
            gates[index] = 0.3
        nn.init.zeros_(block.ff.control_conv.weight)
        block.ff.control_conv.bias.zero_()  # type: ignore[union-attr]
        block.ff.control_conv.weight[:, 0, 1, 1] = 1.0
        for attention in (block.attn, getattr(block, "attn2", None)):
            if attention is not None:
                for name in ("to_q_control", "to_k_control", "to_v_control"):
                    nn.init.eye_(getattr(attention, name).weight)
                    nn.init.zeros_(getattr(attention, name).bias)
    for layer in (model.norm_out.linear, model.proj_out):
        nn.init.zeros_(layer.weight)
        nn.init.zeros_(layer.bias)


class _Optimizers:
    """Muon for the blocks' matrices but the modulation, AdamW for the rest; the condition goes slower."""

    def __init__(self, model: nn.Module, condition: nn.Module, rate: float) -> None:
        matrices = [
            p for n, p in model.named_parameters() if p.ndim == 2 and "_blocks" in n and "norm1" not in n
        ]
        chosen = {id(p) for p in matrices}
        others = [p for p in model.parameters() if id(p) not in chosen]
        self.all = (
            torch.optim.Muon(matrices, lr=rate, weight_decay=0.01, adjust_lr_fn="match_rms_adamw"),
            torch.optim.AdamW(others, lr=rate, betas=(0.9, 0.98), weight_decay=0.0),
            torch.optim.AdamW(condition.parameters(), lr=rate, betas=(0.9, 0.98), weight_decay=0.01),
        )
        self.shares = (1.0, 1.0, 0.3)

    def step(self, rate: float) -> None:
        for optimizer, share in zip(self.all, self.shares, strict=True):
            for group in optimizer.param_groups:
                group["lr"] = share * rate
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)

    def state_dict(self) -> dict[str, object]:
        return {str(i): o.state_dict() for i, o in enumerate(self.all)}

    def load_state_dict(self, state: dict[str, dict]) -> None:
        for i, optimizer in enumerate(self.all):
            optimizer.load_state_dict(state[str(i)])


def train_transformer(
    codec: NanoCodec, pairs: Pairs, settings: TransformerTraining, run: Run, start: DiT4SR | None = None
) -> tuple[DiT4SR, nn.Module]:
    """Train (or go on training) the transformer and the codec's LR condition; returns both, averaged.

    A run that was not begun yet begins with the weights of `start`, or from scratch.
    """
    torch.manual_seed(run.seed)
    if start is None:
        model = DiT4SR(nano_config(codec))
        initialise(model)
    else:
        model = copy.deepcopy(start).train().requires_grad_(True)
    model = model.to(run.device)
    codec = codec.to(run.device)
    condition = copy.deepcopy(codec.condition).train().requires_grad_(True)
    average = RunningAverage(model, settings.average_decay)
    average_condition = RunningAverage(condition, settings.average_decay)
    optimizers = _Optimizers(model, condition, settings.peak_rate)
    parts = {
        "transformer": model,
        "condition": condition,
        "average": average.module,
        "average_condition": average_condition.module,
        "optimizers": optimizers,
    }
    stage = Stage("transformer", run, parts, every=200, total_minutes=settings.minutes)
    rng = np.random.default_rng([run.seed, stage.step])
    torch.manual_seed(run.seed + stage.step)
    forward = torch.compile(model) if run.compile else model
    recent: list[float] = []
    guesses: list[float] = []
    for step in stage:
        wide = rng.random() < settings.wide_share
        side = settings.wide_side if wide else settings.side
        batch = max(1, settings.batch // 4) if wide else settings.batch
        windows = draw_windows(pairs, rng, batch, side * codec.downscale)
        hr, lr = (to_images(x, run.device) for x in windows)
        with run.autocast():
            with torch.no_grad():
                latent = codec.encode(hr, lr).float()
            kept = torch.rand(len(lr), 1, 1, 1, device=run.device) >= settings.drop_share
            seen = condition(lr).float()
        guess = F.mse_loss(seen[:, : codec.latent_channels], latent)
        loss = guess + flow_loss(forward, model, latent, seen * kept, rng, settings, run)
        loss.backward()
        torch.nn.utils.clip_grad_norm_([*model.parameters(), *condition.parameters()], 1.0)
        optimizers.step(learning_rate(stage.fraction, settings.peak_rate))
        average.update(model, step)
        average_condition.update(condition, step)
        stage.samples += batch
        recent.append(loss.item() - guess.item())
        guesses.append(guess.item())
        if stage.due:
            codec.condition.load_state_dict(average_condition.module.state_dict())
            scores = evaluate_sampling(average.module, codec, pairs, run)
            scores["held_out_loss"] = held_out_loss(average.module, codec, pairs, run)
            mean = sum(recent) / len(recent)
            guessed = sum(guesses) / len(guesses)
            recent.clear()
            guesses.clear()
            stage.log.write(
                stage="transformer", step=step, minutes=stage.spent / 60, samples=stage.samples,
                loss=mean, guess=guessed, **scores,
            )  # fmt: skip
    stage.save()
    return average.module, average_condition.module


def flow_loss(
    forward: Callable[..., Tensor],
    model: DiT4SR,
    latent: Tensor,
    condition: Tensor,
    rng: np.random.Generator,
    settings: TransformerTraining,
    run: Run,
) -> Tensor:
    """Mean squared error of the predicted velocity noise - x0 at random noise levels (flow matching)."""
    uniform = (
        torch.rand(len(latent), device=run.device) + torch.arange(len(latent), device=run.device)
    ) / len(latent)  # stratified: every batch covers all levels
    shift = settings.sigma_shift
    sigma = shift * uniform / (1 + (shift - 1) * uniform)
    noise = torch.randn_like(latent)
    level = sigma[:, None, None, None]
    model.pos_embed.window = random_positions(model, latent, rng)
    with run.autocast():
        velocity = forward((1 - level) * latent + level * noise, condition, 1000 * sigma)
    model.pos_embed.window = None
    return F.mse_loss(velocity.float(), noise - latent)


def random_positions(model: DiT4SR, latent: Tensor, rng: np.random.Generator) -> Tensor:
    """Positions of a random place in the table for a window, so that every place is trained."""
    side = latent.shape[-1] // model.config.patch_size
    row, column = rng.integers(0, model.config.pos_embed_max_size - side + 1, 2).tolist()
    return model.pos_embed.positions((side, side), (row, column))


@torch.no_grad()
def sample_latents(
    model: DiT4SR, condition: Tensor, settings: SamplingSettings, generator: torch.Generator
) -> Tensor:
    """Latents sampled from seeded noise on evenly spaced noise levels, guided as `settings` say."""
    shape = (len(condition), model.config.in_channels, *condition.shape[-2:])
    start = torch.randn(shape, generator=generator, device=generator.device).to(condition.device)

    def velocity(x: Tensor, step: int, sigma: float) -> Tensor:  # noqa: ARG001
        return guided_velocity(model, x, condition, sigma, guidance=settings.guidance_at(sigma))

    return denoise(velocity, start, torch.linspace(1, 0, settings.steps + 1).tolist(), order=settings.order)


@torch.no_grad()
def held_out_loss(model: DiT4SR, codec: NanoCodec, pairs: Pairs, run: Run, count: int = 64) -> float:
    """The training loss on windows of photos that are never trained on, at fixed noise and levels."""
    hr, lr = (
        to_images(x, run.device)
        for x in draw_windows(pairs, np.random.default_rng(9), count, 128, held_out=True)
    )
    with run.autocast():
        latent, condition = codec.encode(hr, lr).float(), codec.encode_lr(lr).float()
        noise = torch.randn(latent.shape, generator=torch.Generator().manual_seed(9)).to(latent)
        sigma = (torch.arange(count, device=run.device) + 0.5) / count
        level = sigma[:, None, None, None]
        velocity = model((1 - level) * latent + level * noise, condition, 1000 * sigma)
    return float(F.mse_loss(velocity.float(), noise - latent))


@torch.no_grad()
def evaluate_sampling(model: DiT4SR, codec: NanoCodec, pairs: Pairs, run: Run) -> dict[str, float]:
    """Held-out sampling, unguided: PSNR to HR in dB, latent error, and energy relative to real latents."""
    hr, lr = (
        to_images(x, run.device)
        for x in draw_windows(pairs, np.random.default_rng(5), 16, 128, held_out=True)
    )
    settings = SamplingSettings(steps=12, solver="adams")
    with run.autocast():
        latent, condition = codec.encode(hr, lr).float(), codec.encode_lr(lr).float()
        sampled = sample_latents(model, condition, settings, torch.Generator().manual_seed(5))
        variance = latent.pow(2).mean()
        return {
            "psnr": psnr(codec.decode(sampled, lr), hr),
            "psnr_codec": psnr(codec.decode(latent, lr), hr),
            "error": float((sampled - latent).pow(2).mean() / variance),
            "energy": float(sampled.pow(2).mean() / variance),
        }
