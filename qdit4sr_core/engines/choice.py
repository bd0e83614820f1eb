"""Whether an engine can be had here."""

from __future__ import annotations

from ..engine_names import ENGINES
from ..errors import SettingsError
from . import kernel


def check_engine(name: str) -> None:
    """Raises `SettingsError` for an unknown engine, or for the kernel where there is none."""
    if name not in ENGINES:
        raise SettingsError(f"There is no engine {name!r}; choose from {', '.join(ENGINES)}.")
    if name == "kernel":
        kernel.needed()
