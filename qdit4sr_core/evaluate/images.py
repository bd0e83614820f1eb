"""The photos of an evaluation: LR files, and the ground truth that belongs to each."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from ..errors import ImageError

SUFFIXES = (".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff", ".webp", ".ppm")
"""File endings that count as photos."""

_ROLE = re.compile(r"([_\-](lr|hr|gt|lq)\d*|[_\-]?x\d)+$", re.IGNORECASE)


@dataclass(frozen=True)
class ImageFiles:
    """One photo of an evaluation: its name in tables, its LR file and its ground truth, if any."""

    name: str
    lr: Path
    hr: Path | None = None


def find_images(lr: Path, hr: Path | None = None) -> list[ImageFiles]:
    """The photos of a folder (or one file), sorted by name, each with its ground truth from `hr`.

    Names must agree but for endings such as `_LR4`, `_HR` or `x4`. Raises `ImageError` for an empty or
    missing folder, and naming the photos without ground truth.
    """
    photos = _photos(lr)
    truths: dict[str, Path] = {}
    for path in _photos(hr) if hr is not None else []:
        truths.setdefault(path.stem.lower(), path)
        truths.setdefault(_plain(path.stem), path)
    if hr is not None and hr.is_file() and lr.is_file():
        return [ImageFiles(lr.stem, lr, hr)]
    found = [
        ImageFiles(path.stem, path, truths.get(path.stem.lower(), truths.get(_plain(path.stem))))
        for path in photos
    ]
    missing = [image.lr.name for image in found if image.hr is None]
    if hr is not None and missing:
        listed = ", ".join(missing[:5]) + (f" and {len(missing) - 5} more" if len(missing) > 5 else "")
        raise ImageError(f"{hr} has no ground truth for {listed}; give files of the same names.")
    names = [image.name for image in found]
    doubled = sorted({name for name in names if names.count(name) > 1})
    if doubled:
        raise ImageError(f"{lr} holds two photos named {doubled[0]!r}; rename one of them.")
    return found


def image_seed(seed: int, name: str) -> int:
    """The noise seed of one photo: from the evaluation's seed and the photo's name, nothing else.

    So it depends neither on the order, nor on which other photos are in the folder, nor on interruptions.
    """
    digest = hashlib.sha256(f"{seed}/{name}".encode()).digest()
    return int.from_bytes(digest[:4], "big") >> 1


def _plain(stem: str) -> str:
    return _ROLE.sub("", stem).lower()


def _photos(place: Path) -> list[Path]:
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
