"""Which model is used, and how a model folder is told from a folder of photos. Knows neither Qt nor torch."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from qdit4sr_core.file_names import SESSION_SUFFIX
from qdit4sr_core.model_files import PUBLISHED_DESCRIPTION, WEIGHT_SUFFIXES, is_nano
from qdit4sr_core.pairing import list_photos
from qdit4sr_core.presence import file_is_there


@dataclass(frozen=True)
class ModelChoice:
    """A model and where it runs."""

    folder: str = ""
    """Empty for the bundled model."""
    base: str = ""
    """The Stable Diffusion 3.5 folder of a published model; empty to look for it beside the model."""
    device: str = "auto"
    """"auto", "cpu" or "cuda"."""


SHORT_SUFFIX = ".qdit"
"""Sessions are also known by it."""


@dataclass(frozen=True)
class OfferedFiles:
    """Dropped or opened paths by what they are."""

    photos: tuple[Path, ...] = ()
    sessions: tuple[Path, ...] = ()
    artifacts: tuple[Path, ...] = ()
    models: tuple[Path, ...] = ()


def looks_like_model(folder: Path) -> bool:
    """Whether a folder holds a transformer's weights (or says it does) rather than photos.

    A folder with weights and no description counts as well if there is no photo in it: its check says what
    is missing.
    """
    try:
        return folder.is_dir() and _holds_model(folder)
    except OSError:  # whoever reads it as a photo says why it cannot be read
        return False


def _holds_model(folder: Path) -> bool:
    inside = (folder, folder / "transformer", *(p.parent for p in folder.glob("*/transformer/config.json")))
    if is_nano(folder) or any(
        (place / PUBLISHED_DESCRIPTION).is_file() and _has_file(place, WEIGHT_SUFFIXES) for place in inside
    ):
        return True
    return _has_file(folder, WEIGHT_SUFFIXES) and not list_photos(folder)


def sort_offered(paths: Iterable[Path]) -> OfferedFiles:
    """Tell sessions, quantized files, models and photos (with folders of photos) apart.

    The weight file of a model folder stands for its folder; any other `.safetensors` is a quantized file.
    """
    photos: list[Path] = []
    sessions: list[Path] = []
    artifacts: list[Path] = []
    models: list[Path] = []
    for path in paths:
        if path.suffix in (SESSION_SUFFIX, SHORT_SUFFIX):
            sessions.append(path)
        elif looks_like_model(path):
            models.append(path)
        elif path.suffix == ".safetensors" and file_is_there(path):
            described = is_nano(path.parent) or file_is_there(path.parent / PUBLISHED_DESCRIPTION)
            (models if described else artifacts).append(path.parent if described else path)
        else:
            photos.append(path)
    return OfferedFiles(tuple(photos), tuple(sessions), tuple(artifacts), tuple(dict.fromkeys(models)))


def _has_file(folder: Path, suffixes: tuple[str, ...]) -> bool:
    return folder.is_dir() and any(path.suffix.lower() in suffixes for path in folder.iterdir())
