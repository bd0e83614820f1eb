"""Integration of the flow from noise to a latent."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

import torch
from torch import Tensor

from ..models.dit4sr import DiT4SR
from ..models.memory import available_bytes, block_bytes
from .schedule import TRAIN_TIMESTEPS

Velocity = Callable[[Tensor, int, float], Tensor]
"""`velocity(x, step, sigma)` predicts noise - x0 for the noisy latent x at noise level sigma."""


@dataclass(frozen=True)
class DenoisingStep:
    """What a watcher of the loop sees after a step."""

    step: int
    steps: int
    estimate: Tensor
    """x - sigma v, the model's current guess of the clean latent (N, C, h, w)."""


def denoise(
    velocity: Velocity,
    start: Tensor,
    levels: Sequence[float],
    on_step: Callable[[DenoisingStep], None] | None = None,
    order: int = 1,
) -> Tensor:
    """Integrate from `start` (N, C, h, w) at `levels[0]` to `levels[-1]`, one velocity a step.

    Steps are taken in float32. Order 1 is Euler: x + h v with h = sigma_next - sigma. Order 2 is the
    two-step Adams-Bashforth method for uneven steps: x + h (v + h / (2 h_before) (v - v_before)), its first
    step Euler's. Few Euler steps lose energy of the latent, and with it texture; order 2 loses far less.
    What a callback raises passes through.
    """
    x = start.float()
    steps = len(levels) - 1
    before: tuple[Tensor, float] | None = None
    for step, (sigma, following) in enumerate(pairwise(levels)):
        v = velocity(x, step, sigma).float()
        if on_step is not None:
            on_step(DenoisingStep(step, steps, x - sigma * v))
        width = following - sigma
        slope = v
        if order == 2 and before is not None:
            slope = v + width / (2 * before[1]) * (v - before[0])
        x = x + width * slope
        before = v, width
    return x


class GuidingText(Protocol):
    """Text for models that have it: tokens (1, T, D), pooled vector (1, P), and what to steer away from."""

    @property
    def text(self) -> Tensor: ...  # noqa: D102

    @property
    def pooled(self) -> Tensor: ...  # noqa: D102

    @property
    def negative_text(self) -> Tensor | None: ...  # noqa: D102

    @property
    def negative_pooled(self) -> Tensor | None: ...  # noqa: D102


def guided_velocity(
    transformer: DiT4SR,
    x: Tensor,
    condition: Tensor,
    sigma: float,
    text: GuidingText | None = None,
    guidance: float = 1.0,
) -> Tensor:
    """The transformer's velocity for (1, C, h, w), with classifier-free guidance where the model allows it.

    v = v_negative + guidance (v_positive - v_negative); the two run as one batch [negative, positive] when
    their texts are equally long and memory holds it (tried on a GPU, asked of the system otherwise), else one
    after the other. Guidance is applied above 1, as published. A model without text that was trained for it
    is steered away from a condition of zeros, in the same way; it takes (N, C, h, w).
    """
    device = transformer.device
    x, condition = x.to(device), condition.to(device)
    time = torch.full((1,), TRAIN_TIMESTEPS * sigma, device=device)

    def run(tokens: Tensor, pooled: Tensor) -> Tensor:
        batch = tokens.shape[0]
        wide: Tensor = transformer(
            x.expand(batch, -1, -1, -1),
            condition.expand(batch, -1, -1, -1),
            time.expand(batch),
            text=tokens.to(device),
            pooled=pooled.to(device),
        )
        return wide

    if text is None:
        if guidance <= 1 or not transformer.config.null_condition:
            plain: Tensor = transformer(x, condition, time)
            return plain
        conditions = torch.cat([torch.zeros_like(condition), condition])
        away, towards = transformer(torch.cat([x, x]), conditions, time).chunk(2)
        guided: Tensor = away + guidance * (towards - away)
        return guided
    negative, negative_pooled = text.negative_text, text.negative_pooled
    if guidance <= 1 or negative is None or negative_pooled is None:
        return run(text.text, text.pooled)
    if negative.shape == text.text.shape and _holds_both(transformer, x, text.text.shape[1]):
        try:
            both = run(torch.cat([negative, text.text]), torch.cat([negative_pooled, text.pooled]))
        except torch.OutOfMemoryError:  # half as much at a time may fit
            torch.cuda.empty_cache()
        else:
            away, towards = both.chunk(2)
            return away + guidance * (towards - away)
    away, towards = run(negative, negative_pooled), run(text.text, text.pooled)
    return away + guidance * (towards - away)


def _holds_both(transformer: DiT4SR, x: Tensor, text_tokens: int) -> bool:
    """Whether a batch of two fits free memory; on CUDA, whose allocator keeps freed memory, it is tried."""
    if transformer.device.type == "cuda":
        return True
    cells = x.shape[-2], x.shape[-1]
    needed = block_bytes(transformer.config, transformer.dtype, cells, text_tokens, 2)
    return needed <= available_bytes(transformer.device)
