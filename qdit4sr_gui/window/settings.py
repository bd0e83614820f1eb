"""What the program remembers between runs: preferences, recent files, the window's layout."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QByteArray, QSettings

from qdit4sr_gui.state.model_choice import ModelChoice

MAX_RECENT = 12


@dataclass(frozen=True)
class Preferences:
    """The user's choices; every field has a default that works without any set-up."""

    model: str = ""
    """Model folder; empty is the bundled model."""
    base: str = ""
    """Stable Diffusion 3.5 folder of a published model; empty to look for it beside the model."""
    device: str = "auto"
    """"auto", "cpu" or "cuda"."""
    threads: int = 0
    """Threads of the model; 0 is one less than the processor has, at least one."""
    steps: int = 0
    """Denoising steps; 0 is the model's own default."""
    seed: int = 0
    metrics: tuple[str, ...] = ("psnr", "ssim", "hf_error")
    """Metrics shown in the table, by name."""
    theme: str = "system"
    language: str = ""
    """"en", "zh", or empty for the system's."""
    memory_limit_mb: int = 4096
    """For images with their smaller copies; results above a quarter of it move to disk, oldest first."""
    preview: bool = True
    """Show the denoised estimate while a variant runs."""
    hint_seen: bool = False

    def thread_count(self) -> int:
        """The number of threads the model may use."""
        return self.threads or max(1, (os.cpu_count() or 2) - 1)

    def model_choice(self) -> ModelChoice:
        """The model and its device."""
        return ModelChoice(self.model, self.base, self.device)

    def sampling_overrides(self) -> dict[str, Any]:
        """What differs from the model's sampling defaults."""
        overrides: dict[str, Any] = {"seed": self.seed}
        if self.steps:
            overrides["steps"] = self.steps
        return overrides


_READERS: dict[type, Callable[[Any], Any]] = {
    bool: lambda value: str(value).lower() in ("1", "true"),
    int: int,
    str: str,
    tuple: lambda value: tuple(part for part in str(value).split(",") if part),
}


class SettingsStore:
    """Typed access to a `QSettings`; a value that cannot be read counts as absent."""

    def __init__(self, backend: QSettings | None = None) -> None:
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
            except ValueError:
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
        stored = str(self._backend.value("recent") or "")
        return [Path(line) for line in stored.splitlines() if line and Path(line).is_file()]

    def remember_file(self, path: Path) -> None:
        """Put a file on top of the recent ones."""
        path = path.absolute()
        recent = [path, *(other for other in self.recent_files() if other != path)][:MAX_RECENT]
        self._backend.setValue("recent", "\n".join(str(item) for item in recent))

    def forget_recent_files(self) -> None:
        """Empty the list of recent files."""
        self._backend.remove("recent")

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

    def flush(self) -> None:
        """Write to disk now."""
        self._backend.sync()
