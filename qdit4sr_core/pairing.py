"""Which files are photos, and which files of two folders belong together: one list, one rule."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from .errors import ImageError, unreadable
from .presence import flows

SUFFIXES = (
    ".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".webp", ".tif", ".tiff", ".bmp", ".dib", ".gif", ".avif",
    ".jp2", ".j2k", ".jpf", ".jpx", ".ppm", ".pgm", ".pbm", ".pnm", ".apng", ".mpo", ".tga", ".sgi", ".pcx",
    ".dds", ".ico",
)  # fmt: skip
"""File endings that count as photos: those of every format that `images.load_image` reads."""

_ROLE = re.compile(r"(?:[_\-. ](?:(lr|hr|sr|gt|lq|hq)(\d*)|x(\d+))|(?<=\d)x(\d+))$", re.IGNORECASE)
"""A role or a scale at the end of a name, after a separator; `0001x4` is how DIV2K writes a scale."""


def is_photo(path: Path) -> bool:
    """Whether a file's name is that of a photo. Hidden files and the `._` files of a Mac's disks are not."""
    return path.suffix.lower() in SUFFIXES and not path.name.startswith(".")


def files_of_variant(kind: str, path: Path | None) -> list[Path]:
    """The files that a variant of `kind` is read from; none for what is computed. Raises `ImageError`."""
    if path is None:
        return []
    return list_photos(path) if kind == "images" else [path]


def list_photos(folder: Path, *, nested: bool = False) -> list[Path]:
    """The photos of a folder by name, with `nested` those of the folders in it too; maybe none.

    Nothing is opened: a broken link or a folder with a photo's name is listed, and reading it will say why
    it is none. Pipes and devices, on which some readers wait without end, are no photos.
    Raises `ImageError` when the folder cannot be listed.
    """
    try:
        if not folder.is_dir():
            what = "is a file, not a folder" if folder.exists() else "does not exist"
            raise ImageError(f"{folder} {what}; give a folder of photos.")
        found = [path for path in folder.iterdir() if not nested and is_photo(path)]
        if nested:
            found = [path for path in folder.rglob("*") if is_photo(path) and not _in_hidden(path, folder)]
    except OSError as error:
        raise ImageError(unreadable(f"The folder {folder}", error)) from error
    return sorted(path for path in found if not flows(path))


def photos_in(place: Path, *, nested: bool = False) -> list[Path]:
    """The photos of a folder sorted by name, or the one file. Raises `ImageError` where there is none."""
    try:
        if place.is_file():
            return [place]
    except OSError as error:
        raise ImageError(unreadable(place, error)) from error
    found = list_photos(place, nested=nested)
    if not found:
        raise ImageError(f"{place} holds no photo ({', '.join(SUFFIXES)}).")
    return found


class PhotosByName:
    """Finds the partner of a photo: the one file whose name fits best, or none.

    The same name (without ending) fits best, then the same but for upper and lower case, then the same but
    for a role or scale at the end after a separator, such as `_LR4`, `-HR`, `_x4`. Roles with different
    numbers do not fit: `scan-lr2` is not made from `scan-hr1`.
    """

    def __init__(self, photos: Iterable[Path]) -> None:
        self._exact: dict[str, list[Path]] = {}
        self._folded: dict[str, list[Path]] = {}
        self._plain: dict[str, list[Path]] = {}
        for path in photos:
            self._exact.setdefault(path.stem, []).append(path)
            self._folded.setdefault(path.stem.casefold(), []).append(path)
            self._plain.setdefault(_plain(path.stem)[0], []).append(path)

    def find(self, name: str) -> Path | None:
        """The photo that belongs to `name` (without ending), None when there is none.

        Raises `ImageError` naming the candidates when several fit equally well.
        """
        plain, number = _plain(name)
        numbered = [(path, _plain(path.stem)[1]) for path in self._plain.get(plain, [])]
        for candidates in (
            self._exact.get(name, []),
            self._folded.get(name.casefold(), []),
            [path for path, other in numbered if other == number],
            [path for path, other in numbered if not other or not number],
        ):
            if len(candidates) > 1:
                listed = ", ".join(sorted(path.name for path in candidates))
                raise ImageError(f"Several files could belong to {name}: {listed}; keep one of them.")
            if candidates:
                return candidates[0]
        return None


def _plain(stem: str) -> tuple[str, str]:
    """The name without roles and scales at its end, in small letters; and their number, "" without one."""
    number = ""
    while (match := _ROLE.search(stem)) and match.start() > 0:
        number = number or match[2] or match[3] or match[4] or ""
        stem = stem[: match.start()]
    return stem.casefold(), number


def _in_hidden(path: Path, folder: Path) -> bool:
    return any(part.startswith(".") for part in path.relative_to(folder).parts)
