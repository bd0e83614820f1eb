"""Where the program keeps things between runs, in the folders that each system has for them."""

from __future__ import annotations

import os
from pathlib import Path

_NAME = "qdit4sr"


def expanded(path: str | Path) -> Path:
    """The path with a leading `~` as the home folder; that of a user who is unknown here stays as it is."""
    return Path(os.path.expanduser(path))


def cache_folder() -> Path:
    """For what can be made again: embeddings of captions, measured rates. It may not exist yet."""
    import platformdirs

    return Path(platformdirs.user_cache_dir(_NAME, appauthor=False))


def calibration_folder() -> Path | None:
    """For kept calibrations; `QDIT4SR_CALIBRATIONS` in the environment names another, or if empty none."""
    chosen = os.environ.get("QDIT4SR_CALIBRATIONS")
    if chosen is None:
        return cache_folder() / "calibrations"
    return Path(chosen) if chosen else None


def learned_folder() -> Path | None:
    """For finished layers of methods that learn, among the kept calibrations: one variable moves both."""
    folder = calibration_folder()
    return None if folder is None else folder / "layers"


def data_folder() -> Path:
    """For what the user would miss: the last session. It may not exist yet."""
    import platformdirs

    return Path(platformdirs.user_data_dir(_NAME, appauthor=False))
