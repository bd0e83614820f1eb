"""Choosing a layer's weights and branch for the input it will really see: the rounded one.

With the rounded input z' = z + n, second moment S of z and noise moment N, the weight that best reproduces
R z from z' is R P with P = S (S + N)^-1 (Wiener), and what remains is R E R^T with E = S - S (S + N)^-1 S.
Directions of the input that lie below the rounding noise are not worth their weights, and the branch,
which sees z itself, should take what is large in the metric E rather than what is large in Frobenius norm.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from .codes import storable
from .linear import Branch


@dataclass(frozen=True)
class InputModel:
    """Second moment of a layer's (rotated) input and of its rounding noise."""

    moment: Tensor
    """S (K, K)."""
    noise: Tensor
    """Diagonal of N (K,)."""

    @property
    def rounded(self) -> Tensor:
        """Second moment of the rounded input, S + N."""
        return self.moment + torch.diag(self.noise)

    def wiener(self) -> Tensor:
        """P = S (S + N)^-1 (K, K)."""
        solved = torch.linalg.solve(self.rounded.double(), self.moment.double())  # (S + N)^-1 S
        return solved.t().float()

    def remaining(self) -> Tensor:
        """E = S - S (S + N)^-1 S (K, K), symmetric."""
        solved = torch.linalg.solve(self.rounded.double(), self.moment.double())
        rest = self.moment.double() - self.moment.double() @ solved
        return ((rest + rest.t()) / 2).float()


def input_model(moment: Tensor, noise: Tensor, dampening: float = 0.003) -> InputModel:
    """Build the model; `dampening` times the mean energy is added to every direction for inputs
    never seen.
    """
    mean = float(moment.diag().mean())
    eye = torch.eye(moment.shape[0])
    floor = max(mean, 1e-20)
    return InputModel(moment + dampening * floor * eye, noise.clamp_min(1e-6 * floor))


def weighted_branch(weight: Tensor, metric: Tensor, rank: int) -> Branch:
    """The rank-`rank` branch L with the least tr((W - L) M (W - L)^T) for a metric M (K, K)."""
    rank = min(rank, *weight.shape)
    if rank <= 0:
        return Branch()
    values, vectors = torch.linalg.eigh(metric.double())
    root = values.clamp_min(float(values.max()) * 1e-7 + 1e-30).sqrt()
    forward, backward = vectors * root, (vectors / root).t()  # M^(1/2) and its inverse, up to a rotation
    weighted = weight.double() @ forward
    gram_values, gram_vectors = torch.linalg.eigh(weighted.t() @ weighted)
    right = gram_vectors[:, -rank:]
    scale = gram_values[-rank:].clamp_min(1e-30).sqrt().sqrt()
    up = weighted @ right / scale
    down = (scale[:, None] * right.t()) @ backward
    return Branch(storable(up.float()), storable(down.float()))
