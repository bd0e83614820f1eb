"""A rectangle in output pixels, shared by every pane, table and figure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..errors import RegionError


@dataclass(frozen=True)
class Region:
    """A rectangle in output pixels: `x`, `y` of its upper left pixel, and its size, all at least one pixel.

    Raises `RegionError` for a negative corner or an empty size.
    """

    x: int
    y: int
    width: int
    height: int
    name: str = ""

    def __post_init__(self) -> None:
        if self.x < 0 or self.y < 0 or self.width < 1 or self.height < 1:
            raise RegionError(
                f"Region {self} is not a rectangle inside an image; use x,y >= 0 and a size of at least 1x1."
            )

    def __str__(self) -> str:
        size = f"{self.x},{self.y},{self.width},{self.height}"
        return f"{self.name} ({size})" if self.name else size

    @classmethod
    def parse(cls, text: str) -> Region:
        """Read `x,y,width,height`, with `:name` behind it, or as `str` writes it, `name (x,y,width,height)`.

        Raises `RegionError` naming the text.
        """
        if text.endswith(")") and " (" in text:
            name, _, numbers = text[:-1].rpartition(" (")
        else:
            numbers, _, name = text.partition(":")
        try:
            x, y, width, height = (int(part) for part in numbers.split(","))
        except ValueError as error:
            raise RegionError(
                f"{text!r} is not a region; write x,y,width,height in output pixels, "
                "for example 40,60,128,128."
            ) from error
        return cls(x, y, width, height, name.strip())

    @classmethod
    def whole(cls, pixels: np.ndarray, name: str = "") -> Region:
        """The region that covers all of `pixels`, an array (H, W, ...)."""
        return cls(0, 0, pixels.shape[1], pixels.shape[0], name)

    @property
    def right(self) -> int:
        """The first column to the right of the region."""
        return self.x + self.width

    @property
    def bottom(self) -> int:
        """The first row below the region."""
        return self.y + self.height

    def fits(self, pixels: np.ndarray) -> bool:
        """Whether the region lies inside `pixels`, an array (H, W, ...)."""
        return self.right <= pixels.shape[1] and self.bottom <= pixels.shape[0]

    def crop(self, pixels: np.ndarray) -> np.ndarray:
        """The part of `pixels` (H, W, ...) under the region, as a view.

        Raises `RegionError` if the region sticks out.
        """
        if not self.fits(pixels):
            raise RegionError(
                f"Region {self} sticks out of the image of {pixels.shape[1]}x{pixels.shape[0]} pixels; "
                "draw it inside the image."
            )
        return pixels[self.y : self.bottom, self.x : self.right]

    def shrunk(self, border: int) -> Region:
        """The region without `border` pixels on each side. Raises `RegionError` if nothing is left."""
        if border < 0 or 2 * border >= min(self.width, self.height):
            raise RegionError(
                f"A border of {border} pixels leaves nothing of region {self}; choose a smaller border."
            )
        return Region(
            self.x + border, self.y + border, self.width - 2 * border, self.height - 2 * border, self.name
        )
