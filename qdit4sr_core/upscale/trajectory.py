"""How far a variant strays from full precision while it samples: the distance at every step."""

from __future__ import annotations

import torch
from torch import Tensor

from .denoise import DenoisingStep

MOST_BYTES = 512 * 2**20
"""Estimates of a run that would take more are not kept, and its distances stay unknown."""


class Trajectory:
    """Full precision's estimates of the clean latent (N, C, h, w), one a step, in half precision on the CPU.

    `watch` belongs into `upscale`; afterwards `complete` says whether every step was kept.
    """

    def __init__(self) -> None:
        self._estimates: list[Tensor] = []
        self._steps = 0

    def watch(self, state: DenoisingStep) -> None:
        """Keep a step's estimate."""
        self._steps = state.steps
        needed = state.steps * state.estimate.numel() * 2
        if needed <= MOST_BYTES and state.step == len(self._estimates):
            self._estimates.append(state.estimate.detach().to("cpu", torch.float16))

    @property
    def complete(self) -> bool:
        """Whether there is an estimate for every step."""
        return 0 < self._steps == len(self._estimates)

    def estimate(self, step: int) -> Tensor:
        """The estimate after a step, float32."""
        return self._estimates[step].float()


class Straying:
    """Watches a variant: `distances[i]` is |x - r| / |r| after step i, r being full precision's estimate."""

    def __init__(self, reference: Trajectory) -> None:
        self._reference = reference
        self.distances: list[float] = []

    def watch(self, state: DenoisingStep) -> None:
        """Measure a step."""
        wanted = self._reference.estimate(state.step)
        error = state.estimate.detach().float().cpu() - wanted
        norm = float(wanted.norm())
        self.distances.append(float(error.norm()) / norm if norm > 0 else 0.0)
