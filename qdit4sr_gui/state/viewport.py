"""The shared view: which canvas point is in the middle of every pane, and how large it is drawn.

The canvas is the space of the super-resolved output. Its pixels are the reference pixels: an image
of another size (the low-resolution input) is stretched over the same canvas, so one `Viewport`
serves every pane. No Qt here.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

MAXIMUM_SCALE = 64.0
SMALLEST_SIDE = 24.0
"""Zooming out stops when the longer side of the canvas would be this many device pixels."""
FINE_STEP = 2.0 ** (1 / 8)
SNAP_TOLERANCE = 0.02

Size = tuple[float, float]
"""Width and height."""


@dataclass(frozen=True)
class Viewport:
    """A floating-point view. Immutable: every move returns a new one.

    `scale` is device pixels per canvas pixel (1.0 shows one output pixel on one screen pixel);
    `centre_x`, `centre_y` are the canvas coordinates in the middle of the pane.
    """

    scale: float = 1.0
    centre_x: float = 0.0
    centre_y: float = 0.0

    def to_device(self, x: float, y: float, pane: Size) -> tuple[float, float]:
        """Canvas point to device pixels of a pane of size `pane` (device pixels)."""
        left, top = self.origin(pane)
        return left + x * self.scale, top + y * self.scale

    def to_canvas(self, device_x: float, device_y: float, pane: Size) -> tuple[float, float]:
        """Device pixels of a pane to a canvas point; the inverse of `to_device`."""
        left, top = self.origin(pane)
        return (device_x - left) / self.scale, (device_y - top) / self.scale

    def origin(self, pane: Size) -> tuple[int, int]:
        """Device pixel where the canvas's top left corner lies, on whole pixels so that nothing shimmers."""
        return (
            math.floor(pane[0] / 2 - self.centre_x * self.scale + 0.5),
            math.floor(pane[1] / 2 - self.centre_y * self.scale + 0.5),
        )

    def panned(self, device_dx: float, device_dy: float) -> Viewport:
        """The picture follows the hand: dragged by so many device pixels."""
        return replace(
            self,
            centre_x=self.centre_x - device_dx / self.scale,
            centre_y=self.centre_y - device_dy / self.scale,
        )

    def zoomed_about(self, scale: float, device_x: float, device_y: float, pane: Size) -> Viewport:
        """Another scale with the canvas point under (device_x, device_y) staying where it is."""
        offset_x, offset_y = device_x - pane[0] / 2, device_y - pane[1] / 2
        anchor_x = self.centre_x + offset_x / self.scale
        anchor_y = self.centre_y + offset_y / self.scale
        return Viewport(scale, anchor_x - offset_x / scale, anchor_y - offset_y / scale)

    def rescaled(self, factor: float) -> Viewport:
        """The same sight after the canvas was replaced by one `factor` times as wide."""
        return Viewport(self.scale / factor, self.centre_x * factor, self.centre_y * factor)

    def clamped(self, canvas: Size, pane: Size) -> Viewport:
        """Keep the picture in sight: centred while it fits, else its edge at most at the pane's edge."""
        scale = min(max(self.scale, minimum_scale(canvas, pane)), MAXIMUM_SCALE)
        return Viewport(
            scale,
            _clamped_centre(self.centre_x, canvas[0], pane[0], scale),
            _clamped_centre(self.centre_y, canvas[1], pane[1], scale),
        )


@dataclass(frozen=True)
class Drift:
    """How far one pane is out of step with the others: its own zoom, and a shift in canvas pixels."""

    factor: float = 1.0
    dx: float = 0.0
    dy: float = 0.0

    @classmethod
    def between(cls, shared: Viewport, own: Viewport) -> Drift:
        """What turns the shared view into the pane's own."""
        return cls(own.scale / shared.scale, own.centre_x - shared.centre_x, own.centre_y - shared.centre_y)

    def added_to(self, shared: Viewport) -> Viewport:
        """The pane's own view."""
        return Viewport(shared.scale * self.factor, shared.centre_x + self.dx, shared.centre_y + self.dy)

    def taken_from(self, own: Viewport) -> Viewport:
        """The shared view in which the pane shows `own`."""
        return Viewport(own.scale / self.factor, own.centre_x - self.dx, own.centre_y - self.dy)


def _clamped_centre(centre: float, length: float, pane: float, scale: float) -> float:
    reach = max(0.0, length * scale - pane) / 2 / scale
    return min(max(centre, length / 2 - reach), length / 2 + reach)


def fit(canvas: Size, pane: Size) -> Viewport:
    """The whole canvas, centred, as large as it fits; never enlarged beyond an integer factor.

    A small canvas is enlarged by the largest power of two that fits, so that pixels stay square.
    """
    width, height = max(canvas[0], 1.0), max(canvas[1], 1.0)
    scale = min(pane[0] / width, pane[1] / height)
    if scale >= 2.0:
        scale = 2.0 ** math.floor(math.log2(scale))
    scale = min(max(scale, 1e-4), MAXIMUM_SCALE)
    return Viewport(scale, width / 2, height / 2)


def minimum_scale(canvas: Size, pane: Size) -> float:
    """The smallest useful scale: the fitted one, or where the picture becomes a stamp."""
    longest = max(canvas[0], canvas[1], 1.0)
    return min(fit(canvas, pane).scale, SMALLEST_SIDE / longest, 1.0)


def stepped_scale(scale: float, steps: int) -> float:
    """Zoom by `steps` of the lattice 2^(k/2): from any scale the wheel lands on 50, 71, 100, 141 %..."""
    position = 2 * math.log2(scale)
    if steps > 0:
        return 2.0 ** ((math.floor(position + 1e-6) + steps) / 2)
    return 2.0 ** ((math.ceil(position - 1e-6) + steps) / 2)


def fine_scale(scale: float, steps: float) -> float:
    """Zoom by eighths of an octave (touch pads: fractions); whole steps near a power of two land on it."""
    return snapped(scale * FINE_STEP**steps) if abs(steps) >= 1 else scale * FINE_STEP**steps


def snapped(scale: float) -> float:
    """The nearest power of two if `scale` is within two per cent of it, else `scale`."""
    nearest = 2.0 ** round(math.log2(scale))
    return nearest if abs(scale / nearest - 1) < SNAP_TOLERANCE else scale
