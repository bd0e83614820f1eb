"""The plain values of a session, as they stand in `session.json`."""

from __future__ import annotations

import math
import os
from pathlib import Path
from typing import Any

from ..metrics.regions import Region
from ..metrics.values import MetricValue
from .document import EmbeddedImage, ImageReference, SavedPhoto, SavedResult, Session


def session_to_json(session: Session, folder: Path) -> dict[str, Any]:
    """What `session_from_json` reads back; photos are also named relative to `folder`."""
    return {
        "photos": [_photo(photo, folder) for photo in session.photos],
        "current": session.current,
        "variants": list(session.variants),
        "model": session.model,
        "base": session.base,
        "model_hash": session.model_hash,
        "sampling": dict(session.sampling),
        "measured_against": session.measured_against,
        "metrics": list(session.metrics),
        "view": {
            "mode": session.view.mode,
            "scale": session.view.scale,
            "centre": list(session.view.centre),
            "settings": dict(session.view.settings),
        },
        "figure": session.figure.to_json(),
        "program": session.program,
    }


def images_of(session: Session) -> dict[str, EmbeddedImage]:
    """Every embedded picture by its hash: each is written once however often it is used."""
    found: list[EmbeddedImage | None] = []
    for photo in session.photos:
        found += [photo.image.copy, photo.truth.copy if photo.truth else None]
        found += [result.image for result in photo.results]
    return {image.sha256: image for image in found if image is not None}


def _photo(photo: SavedPhoto, folder: Path) -> dict[str, Any]:
    return {
        "image": _reference(photo.image, folder),
        "truth": None if photo.truth is None else _reference(photo.truth, folder),
        "regions": [_region(region) for region in photo.regions],
        "region_colours": list(photo.region_colours),
        "results": [_result(result) for result in photo.results],
    }


def _reference(image: ImageReference, folder: Path) -> dict[str, Any]:
    path = str(Path(image.path).absolute()) if image.path else ""
    return {
        "name": image.name,
        "path": path,
        "relative": _relative(path, folder),
        "sha256": image.sha256,
        "copy": image.copy.sha256 if image.copy else None,
    }


def _relative(path: str, folder: Path) -> str:
    if not path:
        return ""
    try:
        return Path(os.path.relpath(path, folder.absolute())).as_posix()
    except ValueError:  # another drive
        return ""


def _result(result: SavedResult) -> dict[str, Any]:
    return {
        "variant": result.variant,
        "label": result.label,
        "image": result.image.sha256 if result.image else None,
        "seconds": result.seconds,
        "quantize_seconds": result.quantize_seconds,
        "weight_bytes": result.weight_bytes,
        "simulated": result.simulated,
        "error": result.error,
        "provenance": dict(result.provenance),
        "numbers": [_number(number) for number in result.numbers],
    }


def _number(number: MetricValue) -> dict[str, Any]:
    finite = number.value is None or math.isfinite(number.value)
    return {
        "name": number.name,
        "value": number.value if finite else str(number.value),
        "reason": None if number.why is None else str(number.why),
        "reason_code": None if number.why is None else number.why.reason.value,
        "reason_detail": None if number.why is None else number.why.detail,
        "reference": number.reference,
        "region": None if number.region is None else _region(number.region),
        "engine": number.engine,
    }


def _region(region: Region) -> dict[str, Any]:
    return {"x": region.x, "y": region.y, "width": region.width, "height": region.height, "name": region.name}
