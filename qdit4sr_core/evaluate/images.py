"""The photos of an evaluation: LR files, and the ground truth that belongs to each."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from ..errors import ImageError
from ..pairing import PhotosByName, photos_in


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
    photos = photos_in(lr)
    truths = PhotosByName(photos_in(hr) if hr is not None else [])
    if hr is not None and hr.is_file() and lr.is_file():
        return [ImageFiles(lr.stem, lr, hr)]
    found = [ImageFiles(path.stem, path, truths.find(path.stem)) for path in photos]
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
