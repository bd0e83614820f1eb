"""What the program keeps between runs: preferences, recent files, the window's layout."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QByteArray, QSettings

from qdit4sr_core.file_names import SESSION_SUFFIX
from qdit4sr_core.presence import file_is_there, folder_is_there
from qdit4sr_core.user_folders import data_folder
from qdit4sr_gui.state.preferences import Preferences
from qdit4sr_gui.state.presets import DEFAULT_PRESET, Preset

MAX_RECENT = 12


_READERS: dict[type, Callable[[Any], Any]] = {
    bool: lambda value: str(value).lower() in ("1", "true"),
    int: int,
    str: str,
    tuple: lambda value: tuple(part for part in str(value).split(",") if part),
}


def _version(path: Path) -> str:
    """Another one for each time a file was written; of no file that is absent."""
    try:
        return str(path.stat().st_mtime_ns)
    except (OSError, ValueError):
        return "absent"


class SettingsStore:
    """Typed access to a `QSettings`; a value that cannot be read counts as absent."""

    def __init__(self, backend: QSettings | None = None) -> None:
        self._own = backend is None
        self._backend = backend if backend is not None else QSettings("qdit4sr", "studio")

    def preferences(self) -> Preferences:
        """The stored preferences, defaults where nothing usable is stored."""
        loaded = Preferences()
        for field in fields(Preferences):
            stored = self._backend.value(f"preferences/{field.name}")
            if stored is None:
                continue
            try:
                value = _READERS[type(field.default)](stored)
            except (ValueError, TypeError, OverflowError):
                continue
            loaded = replace(loaded, **{field.name: value})
        return loaded

    def save_preferences(self, preferences: Preferences) -> None:
        """Store every preference."""
        for field in fields(Preferences):
            value = getattr(preferences, field.name)
            self._backend.setValue(
                f"preferences/{field.name}", ",".join(value) if isinstance(value, tuple) else value
            )

    def recent_files(self) -> list[Path]:
        """Files opened last, newest first, those that still exist."""
        return [Path(name) for name in self._texts("recent") if file_is_there(Path(name))]

    def remember_file(self, path: Path) -> None:
        """Put a file on top of the recent ones."""
        path = path.absolute()
        recent = [path, *(other for other in self.recent_files() if other != path)][:MAX_RECENT]
        self._keep_texts("recent", map(str, recent))

    def last_folder(self) -> str:
        """Where photos were opened last, the home folder before the first."""
        recent = self.recent_files()
        return str(recent[0].parent) if recent else str(Path.home())

    def saving_folder(self) -> str:
        """Where something was saved last; before that, and if it is gone, where photos were opened last."""
        kept = [name for name in self._texts("saving_folder") if folder_is_there(Path(name))]
        return kept[0] if kept else self.last_folder()

    def remember_saving_folder(self, folder: Path) -> None:
        """Offer this folder for the next file."""
        self._keep_texts("saving_folder", [str(folder.absolute())])

    def variants(self) -> tuple[str, ...]:
        """The variants ticked last, empty before any other than the first ones were chosen."""
        return tuple(self._texts("variants"))

    def listed_variants(self) -> tuple[str, ...]:
        """The whole list of variants, ticked or not, as it stood last."""
        ticked, listed = self.variants(), tuple(self._texts("listed_variants"))
        return listed if set(ticked) <= set(listed) else ticked

    def save_variants(self, specs: tuple[str, ...], listed: tuple[str, ...] = ()) -> None:
        """Remember the ticked variants, and those listed without a tick.

        The program's own first choice is not remembered, it may change.
        """
        listed = listed or specs
        if not specs or specs == listed == DEFAULT_PRESET.specs:
            self._backend.remove("variants")
            self._backend.remove("listed_variants")
        else:
            self._keep_texts("variants", specs)
            self._keep_texts("listed_variants", listed)

    def presets(self) -> tuple[Preset, ...]:
        """The user's own presets, in the order in which they were kept."""
        stored = str(self._backend.value("presets") or "")
        try:
            listed = json.loads(stored) if stored else []
            return tuple(Preset(f"own:{name}", str(name), tuple(map(str, specs))) for name, specs in listed)
        except (ValueError, TypeError):
            return ()

    def save_presets(self, presets: Sequence[Preset]) -> None:
        """Store the user's own presets."""
        listed = [[preset.title, list(preset.specs)] for preset in presets]
        self._backend.setValue("presets", json.dumps(listed, ensure_ascii=False))

    def recent_sessions(self) -> list[Path]:
        """Sessions saved or opened last, newest first, those that still exist."""
        return [Path(name) for name in self._texts("sessions") if file_is_there(Path(name))]

    def remember_session(self, path: Path) -> None:
        """Put a session on top of the recent ones."""
        path = path.absolute()
        recent = [path, *(other for other in self.recent_sessions() if other != path)][:MAX_RECENT]
        self._keep_texts("sessions", map(str, recent))

    def autosave_path(self) -> Path:
        """Where a window keeps the last session by itself; others open at the same time, beside it."""
        if self._own:
            return data_folder() / f"last{SESSION_SUFFIX}"
        return Path(self._backend.fileName()).with_name(f"last{SESSION_SUFFIX}")

    def remember_filed(self, autosave: Path, filed: bool) -> None:
        """Say of the file a window saved by itself whether a session of the user's holds all of it."""
        self._backend.setValue(f"filed/{autosave.stem}", _version(autosave) if filed else "")

    def was_filed(self, autosave: Path) -> bool:
        """Whether all of that file, as it is now, is in a session of the user's."""
        return self._backend.value(f"filed/{autosave.stem}") == _version(autosave)

    def layout(self) -> tuple[QByteArray, QByteArray] | None:
        """The window's geometry and dock state, None before the first close."""
        geometry, state = self._backend.value("window/geometry"), self._backend.value("window/state")
        if isinstance(geometry, QByteArray) and isinstance(state, QByteArray):
            return geometry, state
        return None

    def save_layout(self, geometry: QByteArray, state: QByteArray) -> None:
        """Store the window's geometry and dock state."""
        self._backend.setValue("window/geometry", geometry)
        self._backend.setValue("window/state", state)

    def _texts(self, key: str) -> list[str]:
        """What `_keep_texts` kept, or an older program in lines."""
        stored = str(self._backend.value(key) or "")
        try:
            texts = json.loads(stored) if stored.startswith("[") else stored.split("\n")
        except (ValueError, RecursionError):
            texts = []
        return [text for text in texts if isinstance(text, str) and text]

    def _keep_texts(self, key: str, texts: Iterable[str]) -> None:
        """As JSON: names may hold line ends of any kind, and bytes that are no text."""
        self._backend.setValue(key, json.dumps(list(texts)))

    def flush(self) -> None:
        """Write to disk now."""
        self._backend.sync()
