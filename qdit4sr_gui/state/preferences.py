"""The user's preferences, and who is told when they change."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any, ClassVar

from psygnal import Signal

from qdit4sr_core.processors import default_threads
from qdit4sr_core.setting_words import DEFAULT_METRICS

from .event import event
from .model_choice import ModelChoice


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
    """Threads of the model; 0 is as many as the program may use processors."""
    steps: int = 0
    """Denoising steps; 0 is the model's own default."""
    seed: int = 0
    metrics: tuple[str, ...] = DEFAULT_METRICS
    """Metrics shown in the table, by name."""
    theme: str = "system"
    language: str = ""
    """"en", "zh", or empty for the system's."""
    memory_limit_mb: int = 4096
    """For images with their smaller copies; results above a quarter of it move to disk, oldest first."""
    preview: bool = True
    """Show the denoised estimate while a variant runs."""
    reveal_after_run: bool = True
    """Zoom to where variants differ most once there is a result, unless the view was moved."""
    hint_seen: bool = False

    def thread_count(self) -> int:
        """The number of threads the model may use."""
        return self.threads or default_threads()

    def model_choice(self) -> ModelChoice:
        """The model and its device."""
        return ModelChoice(self.model, self.base, self.device)

    def sampling_overrides(self) -> dict[str, Any]:
        """What differs from the model's sampling defaults."""
        overrides: dict[str, Any] = {"seed": self.seed}
        if self.steps:
            overrides["steps"] = self.steps
        return overrides


class CurrentPreferences:
    """The preferences in use: `changed(new, old)` when they are others than before.

    `stored` are the user's own, to be found again at the next start.
    """

    changed: ClassVar[Signal] = event(Preferences, Preferences)

    def __init__(self, value: Preferences | None = None) -> None:
        self._value = self.stored = value if value is not None else Preferences()

    @property
    def value(self) -> Preferences:
        """The preferences now."""
        return self._value

    def set(self, value: Preferences) -> None:
        """Use and remember these."""
        self.stored = value
        self._use(value)

    def change(self, **fields: Any) -> None:
        """Use and remember other values for some fields."""
        self.stored = dataclasses.replace(self.stored, **fields)
        self._use(dataclasses.replace(self._value, **fields))

    def borrow(self, **fields: Any) -> None:
        """Use other values for some fields until the program ends: `stored` keeps the user's own."""
        self._use(dataclasses.replace(self._value, **fields))

    def _use(self, value: Preferences) -> None:
        old, self._value = self._value, value
        if value != old:
            self.changed.emit(value, old)
