"""The record of an evaluation on disk: one line of JSON an image, so that an interrupted run can go on."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from ..errors import OutputError, unwritable
from ..strict_json import json_bytes, read_json

FILE_NAME = "journal.jsonl"
_FORMAT = 1


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
            if not all(_is_record(entry) for entry in entries[1:]):
                raise ValueError("a line is no finished image")
        except ValueError as error:
            raise OutputError(f"{self._path} is damaged ({error}); {START_AFRESH}") from error
        if not entries:
            self._append(self._header)
            return
        if entries[0] != self._header:
            changed = [
                key
                for key in sorted(self._header.keys() | entries[0].keys())
                if self._header.get(key) != entries[0].get(key)
            ]
            raise OutputError(
                f"{self._path} belongs to an evaluation with other {', '.join(changed)}; {START_AFRESH}"
            )
        self.records = {entry["image"]: _with_numbers(entry) for entry in entries[1:]}

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


def _is_record(entry: dict[str, Any]) -> bool:
    kinds = {"image": str, "lr_sha256": str, "hr_sha256": str, "settings": dict, "variants": dict}
    if not all(isinstance(entry.get(key), kind) for key, kind in kinds.items()):
        return False
    parts = {"label": str, "kind": str, "values": dict, "reasons": dict, "simulated": bool}
    return all(
        isinstance(variant, dict)
        and "error" in variant
        and all(isinstance(variant.get(key), kind) for key, kind in parts.items())
        and all(_is_number(value) for value in variant["values"].values())
        for variant in entry["variants"].values()
    )


def _is_number(value: Any) -> bool:
    if isinstance(value, str):
        return value in ("inf", "-inf")
    return value is None or (isinstance(value, int | float) and not isinstance(value, bool))
