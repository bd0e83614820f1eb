"""Calibrations kept on disk by content: a second run with the same model, photos and settings costs none."""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ..errors import ArtifactError, OutputError
from ..file_ages import oldest_first
from ..images import LoadedImage
from ..models.super_resolution_model import SuperResolutionModel
from ..presence import file_is_there
from ..progress import CancelCheck, Progress, ignore_progress, never_cancelled
from ..quantize.calibration.file import load_calibration, save_calibration
from ..quantize.calibration.statistics import Calibration
from ..version import __version__
from .calibration import CROP, calibrate, calibration_provenance, crop_side
from .sensitivity import is_large
from .settings import SamplingSettings

MOST_FILES = 4
"""The oldest go; one of the bundled model has some 50 MB."""

_log = logging.getLogger(__name__)


def kept_calibration(
    model: SuperResolutionModel,
    folder: Path | None,
    images: Sequence[LoadedImage] | None = None,
    settings: SamplingSettings | None = None,
    *,
    crop: int = CROP,
    sensitivity: bool = True,
    progress: Progress = ignore_progress,
    cancelled: CancelCheck = never_cancelled,
) -> Calibration:
    """What `calibrate` gives, from a file in `folder` if it was made before, else made and kept there.

    Statistics with sensitivities serve those who ask for none. A file that cannot be read is made anew, and a
    folder that cannot be written keeps nothing, nor does None. Calibrations of models without a hash, and of
    very large ones, are not kept.

    Raises:
        ImageError: when there is no photo.
        Cancelled: when asked to stop.
    """
    settings = settings or SamplingSettings.for_model(model)

    def make() -> Calibration:
        return calibrate(
            model,
            images,
            settings,
            crop=crop,
            sensitivity=sensitivity,
            progress=progress,
            cancelled=cancelled,
        )

    # Large models have gigabytes of statistics, which are kept only where `--stream` needs them.
    if folder is None or is_large(model) or not model.source_hash:
        return make()
    files = _files(
        folder, model.source_hash, images, settings, crop_side(model.minimum_side, crop), sensitivity
    )
    for path in files:
        known = _read(path) if file_is_there(path) else None
        if known is not None:
            return known
    made = make()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        save_calibration(made, files[-1])
        _forget_oldest(folder, files[-1])
    except (OutputError, OSError) as error:
        _log.info("calibration not kept: %s", error)
    return made


def is_kept(
    folder: Path, source_hash: str, minimum_side: int, settings: SamplingSettings, *, sensitivity: bool
) -> bool:
    """Whether `kept_calibration` of the bundled photos would find a file for a model of this hash."""
    files = _files(folder, source_hash, None, settings, crop_side(minimum_side), sensitivity)
    return any(map(file_is_there, files))


def _files(
    folder: Path,
    source_hash: str,
    images: Sequence[LoadedImage] | None,
    settings: SamplingSettings,
    side: int,
    sensitivity: bool,
) -> list[Path]:
    """Where a calibration can be: the richer one first, last the one that is made where there is none."""
    return [
        folder / _file_name(calibration_provenance(source_hash, images, settings, side, richer))
        for richer in (True, sensitivity)
    ]


def _read(path: Path) -> Calibration | None:
    """All of a kept calibration, in memory, because another process may forget the file; None if damaged."""
    from safetensors import SafetensorError

    try:
        stored = load_calibration(path)
        whole = Calibration(dict(stored.layers), stored.steps, stored.provenance)
    except (ArtifactError, SafetensorError, OSError, KeyError) as error:
        _log.info("calibration made anew: %s", error)
        return None
    with contextlib.suppress(OSError):  # only the order in which files are forgotten
        path.touch()
    return whole


def _file_name(made_from: dict[str, Any]) -> str:
    text = json.dumps([__version__, made_from], sort_keys=True)
    return f"calibration-{hashlib.sha256(text.encode()).hexdigest()[:32]}.safetensors"


def _forget_oldest(folder: Path, made: Path) -> None:
    others = oldest_first(folder.glob("calibration-*.safetensors"), made)
    for path in others[: max(len(others) + 1 - MOST_FILES, 0)]:
        path.unlink(missing_ok=True)
