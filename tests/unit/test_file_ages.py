"""Kept files are forgotten in an order that a clock which was set does not turn round."""

import os
from pathlib import Path

from qdit4sr_core.file_ages import oldest_first

NOW = 1_700_000_000
YEAR = 365 * 86400


def made(folder: Path, name: str, seconds: int) -> Path:
    path = folder / name
    path.write_text(name)
    os.utime(path, (seconds, seconds))
    return path


def test_the_oldest_goes_first_and_the_newest_not_at_all(tmp_path: Path) -> None:
    old, older = made(tmp_path, "old", NOW - 60), made(tmp_path, "older", NOW - 600)
    new = made(tmp_path, "new", NOW)
    assert oldest_first([new, old, older, tmp_path / "gone"], new) == [older, old]


def test_what_was_just_made_stays_when_the_clock_was_set_back(tmp_path: Path) -> None:
    """By times alone it would be the oldest, and be made again in every run."""
    before = [made(tmp_path, f"before{n}", NOW + YEAR + n) for n in range(3)]
    recent = made(tmp_path, "recent", NOW - 60)
    new = made(tmp_path, "new", NOW)
    assert oldest_first([*before, recent, new], new) == [before[2], before[1], before[0], recent]
