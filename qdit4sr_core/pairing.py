"""Which files of two folders belong together: the same photo under the same name."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from .errors import ImageError

SUFFIXES = (".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff", ".webp", ".ppm")
"""File endings that count as photos."""

_ROLE = re.compile(r"([_\-](lr|hr|sr|gt|lq)\d*|[_\-]?x\d)+$", re.IGNORECASE)


def photos_in(place: Path) -> list[Path]:
    """The photos of a folder sorted by name, or the one file. Raises `ImageError` where there is none."""
    if place.is_file():
        return [place]
    if not place.is_dir():
        raise ImageError(f"{place} does not exist; give a folder of photos.")
    found = sorted(
        path for path in place.iterdir() if path.suffix.lower() in SUFFIXES and not path.name.startswith(".")
    )
    if not found:
        raise ImageError(f"{place} holds no photo ({', '.join(SUFFIXES)}).")
    return found


class PhotosByName:
    """Finds the partner of a photo; names agree but for endings such as `_LR4`, `_HR` or `x4`."""

    def __init__(self, photos: Iterable[Path]) -> None:
        self._paths: dict[str, Path] = {}
        for path in photos:
            self._paths.setdefault(path.stem.lower(), path)
            self._paths.setdefault(_plain(path.stem), path)

    def find(self, name: str) -> Path | None:
        """The photo that belongs to `name` (without ending), None when there is none."""
        return self._paths.get(name.lower(), self._paths.get(_plain(name)))


def _plain(stem: str) -> str:
    return _ROLE.sub("", stem).lower()
