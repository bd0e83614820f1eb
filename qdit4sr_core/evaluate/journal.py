"""The record of an evaluation on disk: one line of JSON an image, so that an interrupted run can go on."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any, Literal, NotRequired, TypedDict

import msgspec

from ..errors import OutputError, unwritable
from ..strict_json import json_bytes, read_json
from ..variant_text import VariantKind

FILE_NAME = "journal.jsonl"
_FORMAT = 1


_Side = Annotated[int, msgspec.Meta(ge=0)]
_Worst = tuple[tuple[_Side, _Side, _Side, _Side], float]
"""Where a variant lost most texture, and how much."""


class _Settings(TypedDict):
    seed: NotRequired[int]


class _Variant(TypedDict):
    """What `one_image.Evaluator` records of a variant; earlier versions left some of it out."""

    label: str
    kind: VariantKind
    error: str | None
    simulated: bool
    values: dict[str, float | Literal["inf", "-inf"] | None]
    reasons: dict[str, dict[str, str] | str]
    quantize_seconds: NotRequired[float]
    engines: NotRequired[dict[str, int]]
    not_by_kernel: NotRequired[dict[str, int]]
    kernel: NotRequired[str]
    attention_rounding: NotRequired[str]


class _Record(TypedDict):
    """A finished image."""

    image: str
    lr_sha256: str
    hr_sha256: str
    settings: _Settings
    variants: dict[str, _Variant]


START_AFRESH = "choose another output folder or start afresh with --restart."


class Journal:
    """An append-only file whose first line says what is evaluated and whose other lines are finished images.

    A line counts only when it is complete; what a power cut left half written is dropped on opening.
    """

    def __init__(self, path: Path, header: dict[str, Any]) -> None:
        """Open or create the journal.

        Raises `OutputError` if it belongs to an evaluation with other settings, or cannot be written.
        """
        self._path = path
        self._header = {"format": _FORMAT} | read_json(json_bytes(header))
        self.records: dict[str, dict[str, Any]] = {}
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            if path.exists() and path.stat().st_size:
                self._read()
            else:
                self._append(self._header)
        except OSError as error:
            raise OutputError(unwritable(path, error)) from error

    def _read(self) -> None:
        data = self._path.read_bytes()
        complete = data[: data.rfind(b"\n") + 1]
        if len(complete) < len(data):
            with self._path.open("r+b") as stream:
                stream.truncate(len(complete))
        try:  # names may hold other line separators: a line of the journal ends with a line feed only
            entries = [read_json(line) for line in complete.split(b"\n") if line.strip()]
            if not all(isinstance(entry, dict) for entry in entries):
                raise ValueError("a line is no object")
            if not entries:
                self._append(self._header)
            else:
                self._refuse_another(entries[0])
            for entry in entries[1:]:
                self._check(entry)
        except ValueError as error:
            raise OutputError(f"{self._path} is damaged ({error}); {START_AFRESH}") from error
        self.records = {entry["image"]: _with_numbers(entry) for entry in entries[1:]}

    def _refuse_another(self, header: dict[str, Any]) -> None:
        """Raises `OutputError` for the first line of another evaluation."""
        keys = sorted(self._header.keys() | header.keys())
        changed = [key for key in keys if self._header.get(key) != header.get(key)]
        if changed:
            raise OutputError(
                f"{self._path} belongs to an evaluation with other {', '.join(changed)}; {START_AFRESH}"
            )

    def _check(self, entry: dict[str, Any]) -> None:
        """Raises ValueError for a line that is no finished image of this evaluation."""
        msgspec.convert(entry, _Record)
        lacking = set(self._header["plan"].get("variants", ())) - set(entry["variants"])
        if lacking:
            raise ValueError(f"{entry['image']} lacks {min(lacking)}")
        for variant in entry["variants"].values():
            worst = [variant.get("worst_region"), variant.get("worst_loss")]
            if worst != [None, None]:
                msgspec.convert(worst, _Worst)

    def add(self, record: dict[str, Any]) -> None:
        """Append a finished image and wait until it is on disk. Raises `OutputError`."""
        try:
            self._append(record)
        except OSError as error:
            raise OutputError(unwritable(self._path, error)) from error
        self.records[record["image"]] = record

    def _append(self, entry: dict[str, Any]) -> None:
        with self._path.open("ab") as stream:
            stream.write(json_bytes(entry) + b"\n")
            stream.flush()
            os.fsync(stream.fileno())


def _with_numbers(entry: dict[str, Any]) -> dict[str, Any]:
    """The record with infinities, which JSON holds as text, as numbers again."""
    for variant in entry["variants"].values():
        values = variant["values"]
        variant["values"] = {k: float(v) if isinstance(v, str) else v for k, v in values.items()}
    return entry
