"""Uniform grids that are optimal for a normal distribution, and their mean squared error kappa(b).

For x ~ N(0, 1) and b bits, the step minimises E[(x - Q(x))^2] (Max, 1960). A mid-rise grid has 2^b levels at
half-integers and no zero; a mid-tread grid has 2^b - 1 levels at integers with a zero. The paper does not say
which one it uses; both are offered.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ...errors import VariantError

GridKind = Literal["midrise", "midtread"]

MINIMUM_BITS, MAXIMUM_BITS = 2, 8


@dataclass(frozen=True)
class GaussianGrid:
    """One optimal grid: values are (code + offset) * step, codes in [lowest, highest]."""

    kind: GridKind
    bits: int
    step: float
    kappa: float
    """Mean squared error on a unit normal."""

    @property
    def offset(self) -> float:
        """0.5 for a mid-rise grid, 0 for a mid-tread one."""
        return 0.5 if self.kind == "midrise" else 0.0

    @property
    def highest(self) -> int:
        """Largest code."""
        return 2 ** (self.bits - 1) - 1

    @property
    def lowest(self) -> int:
        """Smallest code."""
        return -self.highest - 1 if self.kind == "midrise" else -self.highest

    @property
    def clip(self) -> float:
        """A*: the outer edge of the grid in standard deviations."""
        return self.step * (self.highest + 2 * self.offset)


_MIDRISE = {
    2: (0.995687, 0.11884605),
    3: (0.586019, 0.03743966),
    4: (0.335201, 0.01154288),
    5: (0.188139, 0.00349521),
    6: (0.104063, 0.00104005),
    7: (0.056868, 0.00030433),
    8: (0.030762, 0.00008769),
}
_MIDTREAD = {
    2: (1.224006, 0.19017404),
    3: (0.650770, 0.04685997),
    4: (0.353411, 0.01288939),
    5: (0.193249, 0.00369322),
    6: (0.105488, 0.00106929),
    7: (0.057261, 0.00030862),
    8: (0.030870, 0.00008831),
}
_TABLES: dict[str, dict[int, tuple[float, float]]] = {"midrise": _MIDRISE, "midtread": _MIDTREAD}


def gaussian_grid(bits: int, kind: GridKind = "midrise") -> GaussianGrid:
    """The optimal grid of `bits` in 2..8. Raises `VariantError` for other bits or an unknown kind."""
    if kind not in _TABLES:
        raise VariantError(f"Unknown grid {kind!r}; choose one of: {', '.join(_TABLES)}.")
    if bits not in _TABLES[kind]:
        raise VariantError(f"A Gaussian grid needs {MINIMUM_BITS} to {MAXIMUM_BITS} bits, not {bits}.")
    step, kappa = _TABLES[kind][bits]
    return GaussianGrid(kind, bits, step, kappa)


def kappa(bits: int, kind: GridKind = "midrise") -> float:
    """Mean squared error of the optimal grid on a unit normal."""
    return gaussian_grid(bits, kind).kappa
