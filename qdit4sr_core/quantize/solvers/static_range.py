"""Ranges of static quantizers: what is left outside is clipped, what is inside is rounded more finely."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from ..calibration.statistics import LayerStatistics
from ..layer.activations import ActivationSpec, rounded_activation
from .straight_through import static_through

_SHARES = torch.linspace(1.0, 0.2, 33).tolist()


def static_range(statistics: LayerStatistics, smooth: Tensor, bits: int) -> tuple[float, float]:
    """The range of all channels, divided by `smooth` (K,), shrunk to the share with the least error.

    The error is that of the sampled tokens.
    """
    low = min(0.0, float((statistics.minimum / smooth).min()))
    high = max(0.0, float((statistics.maximum / smooth).max()))
    return _shrunk(low, high, statistics.samples / smooth, bits)


def step_ranges(statistics: LayerStatistics, bits: int) -> Tensor:
    """(T, 2) low and high of each sampling step, both shrunk to the least error on the tokens sampled in it.

    A step in which the layer saw nothing but zeros, or was not called, has the range of all steps.
    """
    lowest = min(0.0, float(statistics.minimum.min()))
    highest = max(0.0, float(statistics.maximum.max()))
    ranges = []
    for step, largest in enumerate(statistics.absmax.amax(1).tolist()):
        samples = statistics.samples[statistics.sample_steps == step]
        low, high = max(lowest, -largest), min(highest, largest)
        if len(samples) and high > low:
            ranges.append(_shrunk_apart(low, high, samples, bits))
        else:
            ranges.append(_shrunk(lowest, highest, statistics.samples, bits))
    return torch.tensor(ranges)


def _shrunk(low: float, high: float, samples: Tensor, bits: int) -> tuple[float, float]:
    return _best([(low * share, high * share) for share in _SHARES], samples, bits)


def _shrunk_apart(low: float, high: float, samples: Tensor, bits: int) -> tuple[float, float]:
    """Both bounds by the same share, then each by its own."""
    low, high = _shrunk(low, high, samples, bits)
    low, high = _best([(low * share, high) for share in _SHARES], samples, bits)
    return _best([(low, high * share) for share in _SHARES], samples, bits)


def _best(ranges: Sequence[tuple[float, float]], samples: Tensor, bits: int) -> tuple[float, float]:
    """The range, the first of equals, with the least squared error on the samples."""
    best, best_error = ranges[0], float("inf")
    for low, high in ranges:
        rounded = rounded_activation(samples, ActivationSpec("static", bits, low=low, high=high))
        error = float((rounded - samples).square().mean())
        if error < best_error:
            best, best_error = (low, high), error
    return best


class StepRanges:
    """Ranges of all sampling steps while they are learned, as shares of where they began."""

    def __init__(self, statistics: LayerStatistics, bits: int) -> None:
        self.bits = bits
        self.start = step_ranges(statistics, bits)
        self.shares = torch.ones_like(self.start, requires_grad=True)
        self._steps = statistics.sample_steps

    def bounds(self) -> Tensor:
        """(T, 2) low and high now."""
        return self.start * self.shares.clamp_min(0.05)

    def rounded(self, samples: Tensor) -> Tensor:
        """(S, K) the statistics' samples, each rounded in the range of its step, with a gradient."""
        low, high = self.bounds()[self._steps].split(1, dim=1)
        return static_through(samples, low, high, self.bits)

    def activation(self) -> ActivationSpec:
        """What a layer stores."""
        ranges = tuple((float(low), float(high)) for low, high in self.bounds().detach())
        low, high = min(low for low, _ in ranges), max(high for _, high in ranges)
        return ActivationSpec("static", self.bits, low=low, high=high, ranges=ranges)
