"""What a session holds: photos, variants, settings, regions, view, figure options and results."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import SessionError
from ..figures import REGION_COLOURS, FigureOptions
from ..images import MAX_PIXELS, load_image
from ..measured_against import FULL_PRECISION
from ..metrics.regions import Region
from ..metrics.values import MetricValue
from ..presence import file_is_there

_PIXELS_A_BYTE = 100
"""Photos take about a byte a pixel; what holds more than this is made to fill the memory."""


class EmbeddedImage:
    """A picture inside the session file: the bytes of a PNG, or pixels that become one when it is saved."""

    def __init__(self, png: bytes | None = None, pixels: NDArray[np.uint8] | None = None) -> None:
        """One of the two."""
        if png is not None:
            self.png = png
        if pixels is not None:
            self.pixels = pixels

    @classmethod
    def from_pixels(cls, pixels: NDArray[np.uint8]) -> EmbeddedImage:
        """A picture of uint8 (H, W, 3), which must not change any more; encoded only if its PNG is wanted."""
        return cls(pixels=pixels)

    @cached_property
    def png(self) -> bytes:
        """The bytes of the PNG."""
        from PIL import Image

        buffer = io.BytesIO()
        Image.fromarray(self.pixels).save(buffer, format="PNG", compress_level=4)
        return buffer.getvalue()

    @cached_property
    def sha256(self) -> str:
        """Hash of the PNG's bytes, hexadecimal: the picture's name inside the file."""
        return hashlib.sha256(self.png).hexdigest()

    @cached_property
    def pixels(self) -> NDArray[np.uint8]:
        """uint8 (H, W, 3). Raises `SessionError` when the bytes are no picture.

        Results may be larger than any photo that Pillow's own limit lets through; what a few bytes claim to
        be is refused.
        """
        from PIL.PngImagePlugin import PngImageFile

        try:
            with PngImageFile(io.BytesIO(self.png)) as image:
                if image.width * image.height > max(MAX_PIXELS, _PIXELS_A_BYTE * len(self.png)):
                    raise SessionError("The session holds a picture that is far too large for its bytes.")
                return np.asarray(image.convert("RGB"))
        except (OSError, ValueError, SyntaxError) as error:
            raise SessionError(
                "The session holds a picture that cannot be decoded; it is damaged."
            ) from error


@dataclass(frozen=True, eq=False)
class ImageReference:
    """A photo or ground truth: where its file is, what it contained, and usually a copy."""

    name: str
    path: str = ""
    """As found when the session was opened; empty for pasted pictures and bundled samples."""
    sha256: str = ""
    """Hash of the file's bytes."""
    copy: EmbeddedImage | None = None

    @cached_property
    def pixels(self) -> NDArray[np.uint8]:
        """uint8 (H, W, 3) from the copy, else from the file.

        Raises `SessionError` if there is neither, or the file is not what it was.
        """
        if self.copy is not None:
            return self.copy.pixels
        if not self.path or not file_is_there(Path(self.path)):
            place = f" at {self.path}" if self.path else ""
            raise SessionError(
                f"The photo {self.name!r} is no longer{place} and the session has no copy of it."
            )
        image = load_image(self.path)
        if self.sha256 and image.sha256 != self.sha256:
            raise SessionError(f"The photo {self.path} has changed since the session was saved.")
        return image.pixels


@dataclass(frozen=True, eq=False)
class SavedResult:
    """What one variant made of one photo."""

    variant: str
    """In the grammar of the command line, e.g. `q-dit4sr-w4a4:vasmp=false`."""
    label: str
    image: EmbeddedImage | None = None
    seconds: float | None = None
    quantize_seconds: float | None = None
    weight_bytes: int | None = None
    simulated: bool = False
    error: str = ""
    provenance: Mapping[str, Any] = field(default_factory=dict)
    """Whatever the result was made with, as plain JSON values."""
    numbers: tuple[MetricValue, ...] = ()
    """Metrics already computed; a figure does not compute them again."""


@dataclass(frozen=True, eq=False)
class SavedPhoto:
    """One photo of the queue with what was drawn on it and made from it."""

    image: ImageReference
    truth: ImageReference | None = None
    regions: tuple[Region, ...] = ()
    region_colours: tuple[str, ...] = ()
    """`#rrggbb` for each region; when empty, the standard colours in order."""
    results: tuple[SavedResult, ...] = ()

    @property
    def colours(self) -> tuple[str, ...]:
        """A colour for each region."""
        return self.region_colours or REGION_COLOURS

    def result(self, variant: str) -> SavedResult | None:
        """The finished result of a variant, if there is one."""
        return next((r for r in self.results if r.variant == variant and r.image is not None), None)


@dataclass(frozen=True)
class SavedView:
    """What the window showed: mode, zoom and the canvas point in the middle."""

    mode: str = "grid"
    scale: float = 0.0
    """Screen pixels a picture pixel; 0 fits the picture to its pane."""
    centre: tuple[float, float] = (0.0, 0.0)
    settings: Mapping[str, Any] = field(default_factory=dict)
    """Anything else the window wants back, as plain JSON values."""


@dataclass(frozen=True, eq=False)
class Session:
    """All of it. Every part is a plain value, so the window and the command line read the same."""

    photos: tuple[SavedPhoto, ...] = ()
    current: int = 0
    """Index of the photo that was shown."""
    variants: tuple[str, ...] = ()
    """Ticked variants in order, in the grammar of the command line."""
    model: str = ""
    """Folder or name of the model; empty for the bundled one."""
    base: str = ""
    """The Stable Diffusion 3.5 folder of a published model; empty where there is none or it lies beside."""
    model_hash: str = ""
    sampling: Mapping[str, Any] = field(default_factory=dict)
    measured_against: str = FULL_PRECISION
    metrics: tuple[str, ...] = ("psnr", "ssim")
    view: SavedView = field(default_factory=SavedView)
    figure: FigureOptions = field(default_factory=FigureOptions)
    program: str = ""
    """Version of the program that wrote the file."""

    @property
    def photo_files(self) -> tuple[Path, ...]:
        """Where photos and ground truths were read from."""
        pictures = [picture for photo in self.photos for picture in (photo.image, photo.truth)]
        return tuple(Path(picture.path) for picture in pictures if picture is not None and picture.path)

    def photo(self, name_or_number: str | None = None) -> SavedPhoto:
        """The current photo, or one by its name or its number from 1. Raises `SessionError`."""
        if not self.photos:
            raise SessionError("The session has no photo.")
        if name_or_number is None:
            return self.photos[min(max(self.current, 0), len(self.photos) - 1)]
        for photo in self.photos:
            if photo.image.name == name_or_number:
                return photo
        numbered = {str(number): photo for number, photo in enumerate(self.photos, 1)}
        if name_or_number in numbered:
            return numbered[name_or_number]
        names = ", ".join(photo.image.name for photo in self.photos)
        raise SessionError(f"The session has no photo {name_or_number!r}; it has {names}.")
