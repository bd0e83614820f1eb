"""The noise levels of flow-matching sampling, as the published model is sampled.

Source: the behaviour of the flow-matching Euler scheduler of Stable Diffusion 3 (shift 3), which applies the
shift both when it is built and when its timesteps are set; "double shift" below means exactly that.
"""

from __future__ import annotations

TRAIN_TIMESTEPS = 1000
"""Timestep of noise level 1; the transformer receives 1000 sigma."""


def shifted(sigma: float, shift: float) -> float:
    """shift*s / (1 + (shift-1)*s), which moves noise levels towards 1 for shift > 1."""
    return shift * sigma / (1 + (shift - 1) * sigma)


def unshifted(sigma: float, shift: float) -> float:
    """The inverse of `shifted`."""
    return sigma / (shift - (shift - 1) * sigma)


def sigmas(steps: int, shift: float = 3.0, start: float = 1.0) -> list[float]:
    """The `steps` + 1 noise levels from `start` down to 0.

    `steps` values spaced evenly between `start` (before the second shift) and the smallest trained level
    (already shifted once), shifted again; then 0.
    """
    first = unshifted(start, shift)
    last = min(shifted(1 / TRAIN_TIMESTEPS, shift), first)
    spaced = [first + (last - first) * i / max(steps - 1, 1) for i in range(steps)]
    return [*(shifted(sigma, shift) for sigma in spaced), 0.0]
