"""Small pictures inside the HTML page: thumbnails and crops as data addresses."""

from __future__ import annotations

import base64
import io
from pathlib import Path

from PIL import Image

from ..metrics.regions import Region

THUMBNAIL = 150
ZOOM = 2


def thumbnail(path: Path) -> str:
    """The whole picture at most 150 pixels a side, as a JPEG data address."""
    with Image.open(path) as image:
        small = image.convert("RGB")
        small.thumbnail((THUMBNAIL, THUMBNAIL), Image.Resampling.LANCZOS)
    return _address(small, "JPEG", quality=82)


def crop(path: Path, region: Region) -> str:
    """The region as a lossless PNG data address; the page enlarges it without smoothing."""
    with Image.open(path) as image:
        box = (region.x, region.y, region.right, region.bottom)
        return _address(image.convert("RGB").crop(box), "PNG", optimize=True)


def _address(image: Image.Image, kind: str, **options: object) -> str:
    stream = io.BytesIO()
    image.save(stream, format=kind, **options)
    data = base64.b64encode(stream.getvalue()).decode("ascii")
    return f"data:image/{kind.lower()};base64,{data}"
