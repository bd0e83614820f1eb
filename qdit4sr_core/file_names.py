"""Names of files to write, made from names of photos and variants: legal, short enough, never shared."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable
from pathlib import Path, PurePath

SESSION_SUFFIX = ".qdit4sr"
MAX_BYTES = 255
"""Longest name that common file systems take."""
_STEM_BYTES = 160
"""Longest stem we make: room is left for an ending and for numbers."""
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


def file_stem(name: str) -> str:
    """`name` as the stem of a file: letters, digits, dots, dashes; different names give different stems.

    Wherever something had to be replaced or cut, a part of the name's hash makes up for it.
    """
    safe = "".join(c if c.isalnum() or c in "-_." else "_" for c in name)
    if safe.startswith(".") or safe.endswith(".") or _RESERVED.fullmatch(safe):
        safe = f"_{safe.strip('.')}"
    if safe == name and 0 < len(os.fsencode(safe)) <= _STEM_BYTES:
        return safe
    mark = hashlib.sha256(os.fsencode(name)).hexdigest()[:8]
    return f"{shortened(safe.strip('_.') or 'x', _STEM_BYTES - 9)}-{mark}"


def unique_stems(names: Iterable[str]) -> list[str]:
    """`file_stem` of each name in order; where two agree (but for upper case) with numbers."""
    found: list[str] = []
    taken: set[str] = set()
    for name in names:
        stem = candidate = file_stem(name)
        number = 1
        while candidate.casefold() in taken:
            number += 1
            candidate = f"{stem}-{number}"
        taken.add(candidate.casefold())
        found.append(candidate)
    return found


def hidden_beside(path: Path, ending: str) -> Path:
    """A hidden companion of a file in its folder: `.NAME` and an ending, short enough for the file system."""
    return path.with_name(f".{shortened(path.name, MAX_BYTES - 1 - len(ending))}{ending}")


def offered_name(*parts: str, suffix: str) -> str:
    """A name to offer in a save dialog: the parts joined by dashes, without folders, short enough."""
    stem = "-".join(re.sub(r'[\x00-\x1f\x7f/\\:*?"<>|\ud800-\udfff]+', "_", part) for part in parts if part)
    stem = stem.strip(" .") or "result"
    return shortened(stem, MAX_BYTES - len(suffix.encode()) - 8) + suffix


def shortened(text: str, most: int) -> str:
    """`text` cut to at most `most` bytes, never within a character."""
    while len(text.encode("utf-8", "surrogatepass")) > most:
        text = text[:-1]
    return text


def telling_labels(paths: Iterable[PurePath]) -> list[str]:
    """The last name of each path, with as many folders before it as it takes to tell them apart."""
    all_paths = list(paths)
    labels = [path.name or str(path) for path in all_paths]
    depth = 1
    while len(set(labels)) < len(labels) and depth < max(len(path.parts) for path in all_paths):
        depth += 1
        doubled = {label for label in labels if labels.count(label) > 1}
        labels = [
            "/".join(path.parts[-depth:]) if label in doubled else label
            for path, label in zip(all_paths, labels, strict=True)
        ]
    return labels


def readable(name: str) -> str:
    r"""A name on one line of valid text: control characters, line separators and stray bytes as `\xe9`."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode().replace("\\udc", "\\x")
                   for c in name)  # fmt: skip
