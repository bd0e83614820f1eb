"""Read the folder that `qdit4sr compare` leaves as a session, so that its figure can be drawn anew."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ..errors import ImageError, SessionError, unreadable
from ..images import SAMPLE_PREFIX, fit_reference, load_image, load_sample, lr_sample
from ..metrics.regions import Region
from ..metrics.registry import METRICS
from ..presence import file_is_there
from ..strict_json import read_json
from .document import EmbeddedImage, ImageReference, SavedPhoto, SavedResult, Session


def session_from_comparison(path: str | Path, photo: str | None = None, truth: str | None = None) -> Session:
    """The session of a comparison's `metrics.json` (or of the folder that holds it).

    `photo` and `truth` name the low-resolution photo and the ground truth (files or `sample:NAME`); without
    `photo` the recorded place is tried, and without one there the session's figure has no LR panel.
    Raises `SessionError` when the file is absent, damaged, or its pictures are gone.
    """
    source = _numbers(path)
    document = _read(source)
    try:
        recorded = document["photo"]
        region = document["region"]
        results = tuple(_result(row, source.parent) for row in document["variants"])
        sampling, model = dict(document["settings"]), document["model"]
        session_photo = _photo(photo or str(recorded["file"]), source, recorded, photo is not None)
        regions = () if region is None else (Region.parse(str(region)),)
        rows = [row.get("against_full_precision", {}).get("image", {}) for row in document["variants"]]
        metrics = tuple(name for name in (rows[0] if rows else ()) if name in METRICS)
        model_hash, program = str(model["sha256"]), str(document["program"]["version"])
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise _damaged(source) from error
    saved = SavedPhoto(
        image=session_photo or ImageReference(str(recorded["file"])),
        truth=None if truth is None else _truth(truth, results),
        regions=regions,
        results=results,
    )
    return Session(
        photos=(saved,),
        variants=tuple(result.variant for result in results),
        model_hash=model_hash,
        sampling=sampling,
        program=program,
        metrics=metrics or Session.metrics,
    )


def comparison_files(path: str | Path) -> list[Path]:
    """What `session_from_comparison` reads there: the numbers and the results. Raises `SessionError`."""
    source = _numbers(path)
    try:
        results = [row["file"] for row in _read(source)["variants"]]
    except (KeyError, TypeError) as error:
        raise _damaged(source) from error
    return [source, *(_picture(source.parent, name) for name in results if name is not None)]


def has_photo(session: Session) -> bool:
    """Whether the first photo's own pixels can be had: the LR panel needs them."""
    image = session.photos[0].image
    return image.copy is not None or bool(image.path)


def _numbers(path: str | Path) -> Path:
    return Path(path) / "metrics.json" if Path(path).is_dir() else Path(path)


def _picture(folder: Path, name: object) -> Path:
    return folder / Path(str(name)).name


def _damaged(source: Path) -> SessionError:
    return SessionError(f"{source} is not the metrics.json of a comparison, or it is damaged.")


def _read(source: Path) -> dict[str, Any]:
    try:
        document = read_json(source.read_text(encoding="utf-8"))
    except OSError as error:
        raise SessionError(unreadable(source, error)) from error
    except ValueError as error:
        raise SessionError(f"{source} is not JSON, or it is damaged.") from error
    if not isinstance(document, dict):
        raise SessionError(f"{source} is not the metrics.json of a comparison.")
    return document


def _photo(place: str, source: Path, recorded: dict[str, Any], demanded: bool) -> ImageReference | None:
    """The LR photo at `place`, absolute, from here or beside the results; None when it is not there."""
    if place.startswith(SAMPLE_PREFIX):
        pixels = lr_sample(place.removeprefix(SAMPLE_PREFIX)).pixels
        return ImageReference(place, copy=EmbeddedImage.from_pixels(pixels))
    for candidate in (Path(place), source.parent / place, source.parent / Path(place).name):
        if file_is_there(candidate):
            image = load_image(candidate)
            if not demanded and image.sha256 != recorded["sha256"]:
                continue
            return ImageReference(candidate.name, str(candidate.resolve()), image.sha256)
    if demanded:
        raise ImageError(f"There is no photo {place}.")
    return None


def _truth(place: str, results: tuple[SavedResult, ...]) -> ImageReference:
    sample = place.startswith(SAMPLE_PREFIX)
    image = load_sample(place.removeprefix(SAMPLE_PREFIX)) if sample else load_image(place)
    pixels = image.pixels
    for result in results:
        if result.image is not None:
            pixels = fit_reference(pixels, *result.image.pixels.shape[:2])
            break
    return ImageReference(Path(place).name, place, image.sha256, EmbeddedImage.from_pixels(pixels))


def _result(row: dict[str, Any], folder: Path) -> SavedResult:
    image = None
    if row["file"] is not None:
        picture = _picture(folder, row["file"])
        try:
            image = EmbeddedImage.from_pixels(load_image(picture).pixels)
        except ImageError as error:
            raise SessionError(f"The result {picture} cannot be read: {error}") from error
    return SavedResult(
        variant=str(row["variant"]),
        label=str(row["label"]),
        image=image,
        seconds=float(row["seconds"]),
        quantize_seconds=float(row["quantize_seconds"]),
        weight_bytes=int(row["weight_bytes"]),
        simulated=bool(row["simulated"]),
        error=str(row["error"] or ""),
        provenance=dict(row["provenance"]),
    )
