"""Means with bootstrap intervals, paired wins and paired tests over the images of an evaluation."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from .columns import Column

RESAMPLES = 10_000
_SEED = 20_240_229
_HUGE = 1e6
"""Stands for an infinite PSNR wherever only the order counts."""


@dataclass(frozen=True)
class Mean:
    """The mean over images and its 95 % bootstrap interval (NaN below two images).

    `count` images have a value. Infinite ones (a picture identical to its reference) are counted in
    `infinite` and left out of mean and interval; where all are infinite, so is the mean.
    """

    value: float
    low: float
    high: float
    count: int
    infinite: int = 0


@dataclass(frozen=True)
class PairedComparison:
    """One variant against another, image by image, in one column.

    `wins`, `ties`, `losses` count images on which the variant was better, equal, worse. `difference` is the
    mean of (variant - other) over all images but the `left_out` ones, on which a value is infinite.
    `p_value` is that of the two-sided Wilcoxon signed-rank test, NaN below six images, where it cannot
    reach 0.05; `p_holm` is it after Holm's correction over the column's variants.
    """

    variant: str
    other: str
    wins: int
    ties: int
    losses: int
    difference: float
    p_value: float
    p_holm: float = math.nan
    left_out: int = 0


def bootstrap_mean(values: Sequence[float], *, geometric: bool = False) -> Mean:
    """Mean and percentile bootstrap interval over images; the same values always give the same interval.

    A geometric mean, of values above zero, is the mean of ratios: 0.5 and 2 make 1.
    """
    if geometric:
        with np.errstate(divide="ignore"):
            logs = bootstrap_mean(np.log(np.asarray(values, dtype=np.float64)).tolist())
        value, low, high = (math.exp(x) for x in (logs.value, logs.low, logs.high))
        return Mean(value, low, high, logs.count, logs.infinite)
    every = np.asarray(values, dtype=np.float64)
    array = every[np.isfinite(every)]
    infinite = every.size - array.size
    if array.size == 0:
        return Mean(float(every[0]) if every.size else math.nan, math.nan, math.nan, every.size, infinite)
    mean = float(array.mean())
    if array.size < 2:
        return Mean(mean, math.nan, math.nan, every.size, infinite)
    random = np.random.default_rng(_SEED)
    picks = random.integers(0, array.size, (RESAMPLES, array.size))
    low, high = np.percentile(array[picks].mean(axis=1), [2.5, 97.5])
    return Mean(mean, float(low), float(high), every.size, infinite)


def compare_pairs(
    variant: str, other: str, ours: Mapping[str, float], theirs: Mapping[str, float], column: Column
) -> PairedComparison | None:
    """Compare two variants on the images that both have a value for, or None if there are none."""
    names = [name for name in ours if name in theirs]
    if not names:
        return None
    keys = [(column.rank_key(ours[n]), column.rank_key(theirs[n])) for n in names]
    wins = sum(a < b for a, b in keys)
    losses = sum(a > b for a, b in keys)
    order = np.clip(np.array(keys), -_HUGE, _HUGE)
    finite = [n for n in names if math.isfinite(ours[n]) and math.isfinite(theirs[n])]
    difference = float(np.mean([ours[n] - theirs[n] for n in finite])) if finite else math.nan
    return PairedComparison(
        variant,
        other,
        wins,
        len(names) - wins - losses,
        losses,
        difference,
        signed_rank_p(order[:, 0] - order[:, 1]),
        left_out=len(names) - len(finite),
    )


def signed_rank_p(differences: np.ndarray) -> float:
    """Two-sided p-value of Wilcoxon's signed-rank test; 1 when all are zero, NaN below six values."""
    from scipy.stats import wilcoxon

    if differences.size < 6:
        return math.nan
    if not np.any(differences):
        return 1.0
    return float(wilcoxon(differences).pvalue)


def holm(p_values: Sequence[float]) -> list[float]:
    """Holm's step-down correction; NaN stays NaN and does not count."""
    order = sorted((i for i, p in enumerate(p_values) if not math.isnan(p)), key=lambda i: p_values[i])
    corrected = [math.nan] * len(p_values)
    highest = 0.0
    for rank, index in enumerate(order):
        highest = max(highest, min(1.0, (len(order) - rank) * p_values[index]))
        corrected[index] = highest
    return corrected
