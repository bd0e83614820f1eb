"""What is done to a layer's input before it is rounded: centring, smoothing, rotation, and the grid.

None of it costs accuracy by itself, because weight and bias take the inverse; what differs is the rounding
error. Which treatment is best depends on the layer, so it is tried on sampled inputs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from ..calibration.statistics import LayerStatistics
from ..layer.activations import ActivationKind, ActivationSpec, rounded_activation
from ..layer.codes import storable
from ..layer.rotation import Rotation, RotationKind
from .smoothing import smoothing_factors

SMOOTHINGS: dict[str, tuple[float, float]] = {"balanced": (0.5, 0.5), "by input": (0.5, 0.0)}
"""Exponents of the input's and the weight's span."""


@dataclass(frozen=True)
class Treatment:
    """One combination; `str` of it is stored in plans and read back by `parse`."""

    rotation: RotationKind = "hadamard"
    grid: ActivationKind = "minmax"
    smoothing: str = ""
    centred: bool = False

    def __str__(self) -> str:
        return "|".join([self.rotation, self.grid, self.smoothing, "centred" if self.centred else ""])

    @classmethod
    def parse(cls, text: str) -> Treatment:
        """Read what `str` wrote; an empty text is the default."""
        if not text:
            return cls()
        rotation, grid, smoothing, centred = text.split("|")
        return cls(rotation, grid, smoothing, centred == "centred")  # type: ignore[arg-type]

    def stored_numbers(self, width: int) -> int:
        """Numbers that smoothing and centring store for a layer of `width` inputs."""
        return width * (bool(self.smoothing) + self.centred)


@dataclass(frozen=True)
class TreatedInput:
    """The change of basis of one layer: z = ((x - shift) / smooth) H."""

    rotation: Rotation
    smooth: Tensor | None
    shift: Tensor | None

    def samples(self, x: Tensor) -> Tensor:
        """(S, K) inputs in the new basis."""
        if self.shift is not None:
            x = x - self.shift
        return self.rotation(x if self.smooth is None else x / self.smooth)

    def weight(self, weight: Tensor) -> Tensor:
        """(N, K) weight in the new basis."""
        return self.rotation(weight if self.smooth is None else weight * self.smooth)

    def bias(self, weight: Tensor, bias: Tensor | None) -> Tensor | None:
        """The bias that also makes up for the shift; `weight` is the original one."""
        if self.shift is None:
            return bias
        moved = weight @ self.shift
        return moved if bias is None else bias + moved

    def moment(self, statistics: LayerStatistics) -> Tensor:
        """(K, K) second moment in the new basis."""
        moment = statistics.dense_moment
        assert moment is not None
        if self.shift is not None and statistics.mean is not None:
            cross = torch.outer(statistics.mean, self.shift)
            moment = moment - cross - cross.t() + torch.outer(self.shift, self.shift)
        if self.smooth is not None:
            moment = moment / self.smooth[:, None] / self.smooth[None]
        return self.rotation.moment(moment)

    def response_root(self, statistics: LayerStatistics) -> Tensor | None:
        """(R, K) root of the response in the new basis, the bias making up for the shift; None if unknown."""
        if statistics.response_root is None:
            return None
        root = statistics.response_root[:, :-1]
        if self.shift is not None:
            root = root - statistics.response_root[:, -1:] * self.shift
        return self.rotation(root if self.smooth is None else root / self.smooth)


def treated_input(treatment: Treatment, weight: Tensor, statistics: LayerStatistics | None) -> TreatedInput:
    """Work out the change of basis; without statistics only the rotation remains."""
    rotation = Rotation(treatment.rotation, weight.shape[1])
    if statistics is None:
        return TreatedInput(rotation, None, None)
    shift = storable(statistics.mean) if treatment.centred and statistics.mean is not None else None
    smooth = None
    if treatment.smoothing:
        span = statistics.absmax.amax(0)
        if shift is not None:
            span = torch.maximum(statistics.maximum - shift, shift - statistics.minimum)
        smooth = smoothing_factors(span, weight.abs().amax(0), *SMOOTHINGS[treatment.smoothing])
    return TreatedInput(rotation, smooth, shift)


def candidates(rotate: bool | None, smooth: bool, centre: bool) -> Iterator[Treatment]:
    """Every combination the switches allow; `rotate` None allows both."""
    rotations: list[RotationKind] = [
        r for r in ("hadamard", "none") if rotate is None or rotate == (r == "hadamard")
    ]
    grids: tuple[ActivationKind, ...] = ("minmax", "gaussian")
    for rotation in rotations:
        for grid in grids:
            for smoothing in ("", *SMOOTHINGS) if smooth else ("",):
                for centred in (False, True) if centre else (False,):
                    yield Treatment(rotation, grid, smoothing, centred)


def input_error(
    treatment: Treatment, bits: int, group: int | None, weight: Tensor, statistics: LayerStatistics
) -> float:
    """Mean square of an output element's error when the sampled inputs are rounded to `bits`."""
    treated = treated_input(treatment, weight, statistics)
    samples = treated.samples(statistics.samples)
    noise = rounded_activation(samples, ActivationSpec(treatment.grid, bits, group)) - samples
    return float((noise @ treated.weight(weight).t()).square().mean())
