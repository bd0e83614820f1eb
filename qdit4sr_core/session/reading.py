"""Turn the plain values of `session.json` back into a session, refusing what does not fit."""

from __future__ import annotations

import dataclasses
import math
import re
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, get_args, get_type_hints

import msgspec

from ..figures import FigureOptions
from ..metrics.reasons import NotAvailable
from ..presence import file_is_there
from .document import EmbeddedImage, Session

Images = Mapping[str, EmbeddedImage]
_ADDED = {"base"}
"""Values that the first program to write sessions did not write."""


class Misfit(Exception):
    """A value of the document has the wrong type or is absent; the message names it."""


def session_from_json(document: Any, images: Images, folder: Path) -> Session:
    """The session in `document`; `folder` is where its file lies. Raises `Misfit`."""

    def embedded(_kind: type, name: Any) -> EmbeddedImage:
        if name not in images:
            raise ValueError("no such picture")
        return images[name]

    plain = _with(document, "photos", partial(_photo, folder=folder))
    if not isinstance(plain.get("figure"), dict):
        raise Misfit("figure")
    figure = FigureOptions.from_json(plain["figure"])
    plain = plain | {"figure": dataclasses.asdict(figure)}
    _check_present(plain, Session)
    try:
        session = msgspec.convert(plain, Session, dec_hook=embedded)
    except msgspec.ValidationError as error:
        raise Misfit(_key_in(str(error))) from error
    if not all(map(math.isfinite, (session.view.scale, *session.view.centre))):
        raise Misfit("centre or scale")
    return dataclasses.replace(session, figure=figure)


def _check_present(item: Any, kind: Any) -> None:
    """Raise `Misfit` where a default of the document's classes would stand in for a value."""
    if isinstance(item, dict) and dataclasses.is_dataclass(kind):
        kinds = get_type_hints(kind)
        for name in kinds:
            if name not in item and name not in _ADDED:
                raise Misfit(name)
            _check_present(item.get(name), kinds[name])
    for part in get_args(kind):
        for each in item if isinstance(item, list) else [item]:
            _check_present(each, part)


def _with(item: Any, key: str, change: Callable[[dict[str, Any]], Any]) -> Any:
    """`item` with `change` made to the object under `key`, or to each object of a list there."""
    if not isinstance(item, dict) or key not in item:
        return item
    if isinstance(item[key], list):
        return item | {key: [change(each) if isinstance(each, dict) else each for each in item[key]]}
    return item | {key: change(item[key])} if isinstance(item[key], dict) else item


def _photo(item: dict[str, Any], folder: Path) -> Any:
    for key in ("image", "truth"):
        item = _with(item, key, partial(_reference, folder=folder))
    return _with(item, "results", lambda result: _with(result, "numbers", _number))


def _reference(item: dict[str, Any], folder: Path) -> dict[str, Any]:
    """The file beside the session wins over the absolute path: folders get moved as a whole."""
    relative = item.get("relative")
    if not isinstance(relative, str):
        raise Misfit("relative")
    return item | {"path": str((folder / relative).resolve())} if file_is_there(folder / relative) else item


def _number(item: dict[str, Any]) -> dict[str, Any]:
    """JSON knows no infinity, and the first program to write sessions wrote reasons as sentences alone."""
    reason, *rest = (item.get(key) for key in ("reason", "reason_code", "reason_detail"))
    if "reason" not in item or not all(isinstance(text, str | None) for text in (reason, *rest)):
        raise Misfit("reason")
    why = (
        None if reason is None else dataclasses.asdict(NotAvailable.restored(reason, rest[0], rest[1] or ""))
    )
    value = {"value": float(item["value"])} if item.get("value") in ("inf", "-inf", "nan") else {}
    return item | value | {"why": why}


def _key_in(error: str) -> str:
    """The innermost key in a sentence of the library, which ends with the place: "at `$.photos[0].image`"."""
    return str(re.findall(r"[.](\w+)", error)[-1])
