"""Hashes that say whether an evaluation goes on with the same model and the same files."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import ImageError, unreadable
from ..models.weight_files import LARGEST_HEADER
from ..pairing import PhotosByName
from ..variant_text import read_variant

if TYPE_CHECKING:
    from ..models.super_resolution_model import SuperResolutionModel


def model_hash(model: SuperResolutionModel | str | Path | None) -> str:
    """The SHA-256 of the model's weights; of a folder, names, sizes and times of its weight files.

    A folder is not read through: weights of gigabytes would take minutes.
    """
    if model is None:
        from ..models import load_model

        return load_model().source_hash
    if not isinstance(model, str | Path):
        seed = getattr(model.codec, "posterior_seed", None)
        return model.source_hash if seed is None else f"{model.source_hash}, posterior seed {seed}"
    folder = Path(model)
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*.safetensors")) if folder.is_dir() else []:
        stamp = path.stat()
        digest.update(f"{path.relative_to(folder)} {stamp.st_size} {stamp.st_mtime_ns}\n".encode())
    return f"{model}@{digest.hexdigest()}"


def artifact_hashes(variants: Sequence[str]) -> dict[str, str]:
    """Of each quantized file among the variants a SHA-256 of its header, which holds those of its tensors.

    "" for one that cannot be read: each photo will say so.
    """
    paths = {text: found.path for text in variants if (found := read_variant(text)).kind == "artifact"}
    return {text: _header_hash(path) for text, path in paths.items() if path is not None}


def _header_hash(path: Path) -> str:
    try:
        with path.open("rb") as stream:
            length = int.from_bytes(stream.read(8), "little")
            return hashlib.sha256(stream.read(min(length, LARGEST_HEADER))).hexdigest()
    except OSError:
        return ""


def changed_result(record: Mapping[str, Any], photo: Path, photos_of: Callable[[Path], PhotosByName]) -> str:
    """The label of the first result made elsewhere that is not the one of the record; "" if all are.

    `photos_of` lists a folder. What can no longer be found or read has not changed: what was evaluated
    stands.
    """
    for text, entry in record["variants"].items():
        known, folder = entry.get("result_sha256"), read_variant(text).path
        if not known or folder is None:
            continue
        with contextlib.suppress(ImageError):
            found = photos_of(folder).find(photo.stem)
            if found is not None and file_hash(found) != known:
                return str(entry["label"])
    return ""


def file_hash(path: Path) -> str:
    """The SHA-256 of a file. Raises `ImageError` if it cannot be read."""
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise ImageError(unreadable(path, error)) from error
