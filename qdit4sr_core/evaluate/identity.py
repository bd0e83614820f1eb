"""Hashes that say whether an evaluation goes on with the same model and the same files."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import ImageError, unreadable

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


def file_hash(path: Path) -> str:
    """The SHA-256 of a file. Raises `ImageError` if it cannot be read."""
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise ImageError(unreadable(path, error)) from error
