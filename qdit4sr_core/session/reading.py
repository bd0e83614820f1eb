"""Turn the plain values of `session.json` back into a session, refusing what does not fit."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from ..figures import FigureOptions
from ..metrics.reasons import NotAvailable
from ..metrics.regions import Region
from ..metrics.values import MetricValue
from .document import EmbeddedImage, ImageReference, SavedPhoto, SavedResult, SavedView, Session

_Item = TypeVar("_Item")
Images = Mapping[str, EmbeddedImage]


class Misfit(Exception):
    """A value of the document has the wrong type or is absent; the message names it."""


def session_from_json(document: Any, images: Images, folder: Path) -> Session:
    """The session in `document`; `folder` is where its file lies. Raises `Misfit`."""
    return Session(
        photos=_each(document, "photos", lambda item: _photo(item, images, folder)),
        current=_value(document, "current", int),
        variants=_each(document, "variants", _text),
        model=_value(document, "model", str),
        base=_added(document, "base", str) or "",
        model_hash=_value(document, "model_hash", str),
        sampling=_value(document, "sampling", dict),
        measured_against=_value(document, "measured_against", str),
        metrics=_each(document, "metrics", _text),
        view=_view(_value(document, "view", dict)),
        figure=FigureOptions.from_json(_value(document, "figure", dict)),
        program=_value(document, "program", str),
    )


def _photo(item: Any, images: Images, folder: Path) -> SavedPhoto:
    truth = _optional(item, "truth", dict)
    return SavedPhoto(
        image=_reference(_value(item, "image", dict), images, folder),
        truth=None if truth is None else _reference(truth, images, folder),
        regions=_each(item, "regions", _region),
        region_colours=_each(item, "region_colours", _text),
        results=_each(item, "results", lambda result: _result(result, images)),
    )


def _reference(item: Any, images: Images, folder: Path) -> ImageReference:
    """The file beside the session wins over the absolute path: folders get moved as a whole."""
    path, relative = _value(item, "path", str), _value(item, "relative", str)
    if relative and (folder / relative).is_file():
        path = str((folder / relative).resolve())
    name, sha256 = _value(item, "name", str), _value(item, "sha256", str)
    return ImageReference(name, path, sha256, _image(item, "copy", images))


def _result(item: Any, images: Images) -> SavedResult:
    return SavedResult(
        variant=_value(item, "variant", str),
        label=_value(item, "label", str),
        image=_image(item, "image", images),
        seconds=_optional(item, "seconds", float),
        quantize_seconds=_optional(item, "quantize_seconds", float),
        weight_bytes=_optional(item, "weight_bytes", int),
        simulated=_value(item, "simulated", bool),
        error=_value(item, "error", str),
        provenance=_value(item, "provenance", dict),
        numbers=_each(item, "numbers", _number),
    )


def _number(item: Any) -> MetricValue:
    value = item.get("value") if isinstance(item, dict) else None
    if isinstance(value, str):
        if value not in ("inf", "-inf", "nan"):
            raise Misfit("value")
        value = float(value)
    elif value is not None and (isinstance(value, bool) or not isinstance(value, int | float)):
        raise Misfit("value")
    region = _optional(item, "region", dict)
    return MetricValue(
        name=_value(item, "name", str),
        value=value,
        why=_why(item),
        reference=_value(item, "reference", str),
        region=None if region is None else _region(region),
        engine=_value(item, "engine", str),
    )


def _why(item: Any) -> NotAvailable | None:
    text = _optional(item, "reason", str)
    if text is None:
        return None
    code, detail = _added(item, "reason_code", str), _added(item, "reason_detail", str)
    return NotAvailable.restored(text, code, detail or "")


def _region(item: Any) -> Region:
    sides = (_value(item, side, int) for side in ("x", "y", "width", "height"))
    x, y, width, height = sides
    return Region(x, y, width, height, _value(item, "name", str))


def _view(item: Any) -> SavedView:
    centre = _each(item, "centre", _finite)
    if len(centre) != 2:
        raise Misfit("centre")
    scale = _finite(_value(item, "scale", float))
    return SavedView(_value(item, "mode", str), scale, centre, _value(item, "settings", dict))


def _image(item: Any, key: str, images: Images) -> EmbeddedImage | None:
    name = _optional(item, key, str)
    if name is None:
        return None
    if name not in images:
        raise Misfit(f"{key} {name[:12]}")
    return images[name]


def _text(item: Any) -> str:
    if not isinstance(item, str):
        raise Misfit(repr(item))
    return item


def _finite(item: Any) -> float:
    if isinstance(item, bool) or not isinstance(item, int | float) or not math.isfinite(item):
        raise Misfit(repr(item))
    return float(item)


def _value(item: Any, key: str, kind: type[_Item]) -> _Item:
    found = _optional(item, key, kind)
    if found is None:
        raise Misfit(key)
    return found


def _optional(item: Any, key: str, kind: type[_Item]) -> _Item | None:
    if not isinstance(item, dict) or key not in item:
        raise Misfit(key)
    found = item[key]
    if found is None:
        return None
    if kind is float and isinstance(found, int) and not isinstance(found, bool):
        found = float(found)
    if not isinstance(found, kind) or (kind is int and isinstance(found, bool)):
        raise Misfit(key)
    return found


def _added(item: Any, key: str, kind: type[_Item]) -> _Item | None:
    """A value that the first program to write sessions did not write."""
    return _optional(item, key, kind) if isinstance(item, dict) and key in item else None


def _each(item: Any, key: str, read: Callable[[Any], _Item]) -> tuple[_Item, ...]:
    return tuple(read(element) for element in _value(item, key, list))
