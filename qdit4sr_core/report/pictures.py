"""Small pictures inside the HTML page: thumbnails and crops as data addresses."""

from __future__ import annotations

import base64
import io
from pathlib import Path

from PIL import Image

from ..images import Pixels, load_image
from ..metrics.regions import Region

THUMBNAIL = 150
ZOOM = 2


def read_pixels(path: Path) -> Pixels:
    """A picture that the evaluation saved, (H, W, 3) uint8. Raises `ImageError` if it is gone."""
    return load_image(path).pixels


def thumbnail(pixels: Pixels) -> str:
    """The whole picture at most 150 pixels a side, as a JPEG data address."""
    small = Image.fromarray(pixels)
    small.thumbnail((THUMBNAIL, THUMBNAIL), Image.Resampling.LANCZOS)
    return _address(small, "JPEG", quality=82)


def crop(pixels: Pixels, region: Region) -> str:
    """The region as a lossless PNG data address; the page enlarges it without smoothing."""
    return _address(Image.fromarray(region.crop(pixels)), "PNG", optimize=True)


def _address(image: Image.Image, kind: str, **options: object) -> str:
    stream = io.BytesIO()
    image.save(stream, format=kind, **options)
    data = base64.b64encode(stream.getvalue()).decode("ascii")
    return f"data:image/{kind.lower()};base64,{data}"
