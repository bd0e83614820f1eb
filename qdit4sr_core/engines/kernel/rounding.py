"""How an input is rounded, in the kernel's terms."""

from __future__ import annotations

from dataclasses import dataclass

from .interface import ABSMAX, GAUSSIAN, LEADING_ZERO, MINMAX, STATIC, Rounder

_KINDS = {
    "gaussian": GAUSSIAN,
    "absmax": ABSMAX,
    "minmax": MINMAX,
    "static": STATIC,
    "leading-zero": LEADING_ZERO,
}
_LEAST, _MOST = -128, 127


@dataclass(frozen=True)
class InputRounding:
    """Codes of one width: `kind` gaussian, absmax, minmax, static or leading-zero.

    `step` makes a scale of a group's norm (gaussian: root of the sum of squares; absmax: largest magnitude)
    or is the scale (static). Codes lie in `lowest` .. `highest`; for minmax `highest` is 2^bits - 1 and each
    group has its zero point. `half` codes stand for c + 1/2. For leading-zero a row has 8-bit codes by its
    largest magnitude, of which every `share` neighbours keep `highest` times their own power of two.
    """

    kind: str
    groups: int
    step: float = 0.0
    lowest: int = 0
    highest: int = 0
    half: bool = False
    zero: int = 0
    share: int = 1

    @property
    def largest(self) -> int:
        """The largest magnitude of the integers A that codes stand for (doubled where they are halves)."""
        if self.kind == "minmax":
            return self.highest
        if self.kind == "leading-zero":
            return _MOST
        double = 2 if self.half else 1
        return max(abs(double * self.lowest + self.half), abs(double * self.highest + self.half))

    @property
    def shifted(self) -> bool:
        """Whether codes are stored less a zero point of their own, as they are too wide for a signed byte."""
        if self.kind == "minmax":
            return self.highest > _MOST
        return self.kind == "static" and (self.lowest < _LEAST or self.highest > _MOST)

    @property
    def has_offset(self) -> bool:
        """Whether sums of weights are needed beside the product."""
        return self.shifted or self._wide_half

    @property
    def _wide_half(self) -> bool:
        return self.half and self.largest > _MOST

    def rounder(self) -> Rounder:
        """For the C interface."""
        return Rounder(
            kind=_KINDS[self.kind],
            groups=self.groups,
            step=self.step,
            lowest=self.lowest,
            highest=self.highest,
            half=int(self.half),
            zero=self.zero,
            stored_shift=128 if self.shifted else 0,
            activation_step=2 if self._wide_half else 1,
            offset=1 if self._wide_half else 0,
            share=self.share,
        )
