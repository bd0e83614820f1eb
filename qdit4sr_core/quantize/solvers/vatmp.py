"""VaTMP: activation bits along the sampling steps of each layer, by dynamic programming.

min sum_t v_t kappa(b_t) subject to sum_t b_t <= B T with b piecewise constant in at most K segments, where
v_t is the calibrated mean square of the layer's input at step t. Source: Q-DiT4SR (arXiv 2602.01273); the
number of segments is not stated there, three are drawn.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from ...errors import VariantError
from ..layer.grids import GridKind, kappa

FloatArray = npt.NDArray[np.float64]


def allocate_activation_bits(
    energies: npt.ArrayLike,
    mean_bits: float,
    *,
    segments: int = 3,
    bits: Sequence[int] = tuple(range(2, 9)),
    grid: GridKind = "midrise",
) -> list[tuple[int, ...]]:
    """Optimal schedules, one for each layer.

    Args:
        energies: (L, T) mean squares v_{l,t} >= 0.
        mean_bits: B; the bits of a layer's steps sum to at most B T.
        segments: K, the most pieces a schedule may have.
        bits: widths to choose from.
        grid: which grid's kappa.

    Returns:
        L tuples of T widths. A layer without energy gets the widest width the budget allows.

    Raises:
        VariantError: when even the smallest width exceeds the mean.
    """
    v = np.atleast_2d(np.asarray(energies, dtype=np.float64))
    layers, steps = v.shape
    widths = sorted(bits)
    if widths[0] > mean_bits:
        raise VariantError(f"A mean of {mean_bits} activation bits is below the smallest width {widths[0]}.")
    budget = int(np.floor(mean_bits * steps + 1e-6))
    budget = min(budget, widths[-1] * steps)
    segments = max(1, min(segments, steps))
    cumulative = np.concatenate([np.zeros((layers, 1)), np.cumsum(v, axis=1)], axis=1)
    errors = {b: kappa(b, grid) for b in widths}
    # cost[j]: (L, budget + 1), least error of steps < j with exactly s bits spent, for the current segments
    start = np.full((layers, budget + 1), np.inf)
    start[:, 0] = 0.0
    cost = [start] + [np.full_like(start, np.inf) for _ in range(steps)]
    choices: list[npt.NDArray[np.int32]] = []
    for _ in range(segments):
        following = [start] + [np.full_like(start, np.inf) for _ in range(steps)]
        choice = np.full((steps + 1, layers, budget + 1), -1, dtype=np.int32)
        for j in range(1, steps + 1):
            _extend(j, cost, following, choice, cumulative, errors, widths)
        cost = following
        choices.append(choice)
    return [_trace(layer, cost[steps][layer], choices, widths, steps) for layer in range(layers)]


def _extend(
    j: int,
    cost: list[FloatArray],
    following: list[FloatArray],
    choice: npt.NDArray[np.int32],
    cumulative: FloatArray,
    errors: dict[int, float],
    widths: list[int],
) -> None:
    """Fill following[j] with the best last segment (i, j) of width b; `choice` encodes it, -1 keeps fewer."""
    best = cost[j].copy()
    chosen = choice[j]
    for i in range(j):
        energy = cumulative[:, j] - cumulative[:, i]
        for index, b in enumerate(widths):
            spent = b * (j - i)
            if spent >= best.shape[1]:
                break
            value = cost[i][:, : best.shape[1] - spent] + errors[b] * energy[:, None]
            target = best[:, spent:]
            better = value < target
            target[better] = value[better]
            chosen[:, spent:][better] = i * len(widths) + index
    following[j] = best


def _trace(
    layer: int, last: FloatArray, choices: list[npt.NDArray[np.int32]], widths: list[int], steps: int
) -> tuple[int, ...]:
    least = last.min()
    spent = int(np.flatnonzero(last <= least)[-1])  # ties: the most bits
    schedule: list[int] = []
    j = steps
    for choice in reversed(choices):
        if j == 0:
            break
        code = int(choice[j, layer, spent])
        if code < 0:
            continue
        i, index = divmod(code, len(widths))
        schedule = [widths[index]] * (j - i) + schedule
        spent -= widths[index] * (j - i)
        j = i
    return tuple(schedule)
