"""Running a sampling backwards: how the final latent depends on what happens in every step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

import torch
from torch import Tensor

from .denoise import Velocity, denoise


def trajectory_adjoint(
    velocity: Velocity,
    start: Tensor,
    levels: Sequence[float],
    order: int,
    probes: Callable[[Tensor], Sequence[Tensor]],
    before_step: Callable[[int, int], None] | None = None,
) -> list[Tensor]:
    """Draw derivatives of random projections of the final latent back through all steps of `denoise`.

    Gradients are taken by everything a step depends on, not by the latent alone: a watcher of the backward
    pass sees also what depends on the time or the photo only, as adaLN layers do. One step's graph is in
    memory at a time: the trajectory is run once without gradients, and each step once more on its way back.

    Args:
        velocity: differentiable where gradients are enabled.
        start: (N, C, h, w) at `levels[0]`.
        levels: noise levels.
        order: of the solver, 1 or 2.
        probes: makes the projections, each of the final latent's shape, when that is known.
        before_step: told the step and the probe whose gradient is about to pass it.

    Returns:
        For each probe the derivative by `start`.
    """
    visited: list[Tensor] = []

    def recorded(x: Tensor, step: int, sigma: float) -> Tensor:
        visited.append(x)
        return velocity(x, step, sigma)

    with torch.no_grad():
        final = denoise(recorded, start, levels, order=order)
    adjoints = [probe.to(final) for probe in probes(final)]
    own, before = solver_weights(levels, order)
    later = [torch.zeros_like(final) for _ in adjoints]  # of the following step's end
    for step in reversed(range(len(visited))):
        x = visited.pop().detach().clone().requires_grad_(True)
        following = before[step + 1] if step + 1 < len(own) else 0.0
        with torch.enable_grad():
            v = velocity(x, step, levels[step]).float()
        for number, adjoint in enumerate(adjoints):
            if before_step is not None:
                before_step(step, number)
            cotangent = own[step] * adjoint + following * later[number]
            last = number + 1 == len(adjoints)
            torch.autograd.backward(v, cotangent, retain_graph=not last)
            gradient, x.grad = x.grad, None
            assert gradient is not None
            later[number], adjoints[number] = adjoint, adjoint + gradient
    return adjoints


def solver_weights(levels: Sequence[float], order: int) -> tuple[list[float], list[float]]:
    """What step k adds of its own velocity and of the one before: x += own_k v_k + before_k v_(k-1)."""
    widths = [following - sigma for sigma, following in pairwise(levels)]
    own, before = [], []
    for k, width in enumerate(widths):
        ratio = width / (2 * widths[k - 1]) if order == 2 and k else 0.0
        own.append(width * (1 + ratio))
        before.append(-width * ratio)
    return own, before
