"""The photos of an evaluation: LR files, and the ground truth that belongs to each."""

from __future__ import annotations

import hashlib
import os
from collections import Counter
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
    problem: str = ""
    """Why it cannot be evaluated, a sentence; it is listed, and the others are evaluated."""


def find_images(lr: Path, hr: Path | None = None) -> list[ImageFiles]:
    """The photos of a folder (or one file), sorted by name, each with its ground truth from `hr`.

    Which ground truth belongs to a photo says `pairing.PhotosByName`; a photo without exactly one carries
    the reason as its problem. Photos that differ in their ending alone are named with it. Raises `ImageError`
    for an empty or unreadable folder, and when no photo has a ground truth.
    """
    photos = photos_in(lr)
    if hr is not None and hr.is_file() and lr.is_file():
        return [ImageFiles(lr.stem, lr, hr)]
    stems = Counter(path.stem for path in photos)
    names = [path.name if stems[path.stem] > 1 else path.stem for path in photos]
    if hr is None:
        return [ImageFiles(name, path) for name, path in zip(names, photos, strict=True)]
    truths = PhotosByName(photos_in(hr))
    found = [_paired(name, path, truths, hr) for name, path in zip(names, photos, strict=True)]
    if all(image.problem for image in found):
        more = f" (and {len(found) - 1} more photos have none)" if len(found) > 1 else ""
        raise ImageError(f"{found[0].problem.rstrip('.')}{more}; give files of the same names.")
    return found


def _paired(name: str, path: Path, truths: PhotosByName, hr: Path) -> ImageFiles:
    try:
        truth = truths.find(path.stem)
    except ImageError as error:
        return ImageFiles(name, path, problem=str(error))
    if truth is None:
        return ImageFiles(name, path, problem=f"{hr} has no ground truth for {path.name}.")
    return ImageFiles(name, path, truth)


def image_seed(seed: int, name: str) -> int:
    """The noise seed of one photo: from the evaluation's seed and the photo's name, nothing else.

    So it depends neither on the order, nor on which other photos are in the folder, nor on interruptions.
    """
    digest = hashlib.sha256(os.fsencode(f"{seed}/{name}")).digest()
    return int.from_bytes(digest[:4], "big") >> 1
