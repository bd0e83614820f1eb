from pathlib import Path

import pytest

from qdit4sr_core.errors import OutputError
from qdit4sr_core.evaluate.journal import Journal

HEADER = {"plan": {"variants": ["fp"], "seed": 0}, "model": "abc"}


def test_records_come_back_after_reopening(tmp_path: Path) -> None:
    path = tmp_path / "out" / "journal.jsonl"
    journal = Journal(path, HEADER)
    journal.add({"image": "a", "value": float("inf")})
    journal.add({"image": "b", "value": 2})
    assert Journal(path, HEADER).records == {
        "a": {"image": "a", "value": float("inf")},
        "b": {"image": "b", "value": 2},
    }


def test_a_half_written_line_is_dropped_and_the_next_starts_clean(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    Journal(path, HEADER).add({"image": "a"})
    with path.open("ab") as stream:
        stream.write(b'{"image": "b", "val')
    journal = Journal(path, HEADER)
    assert list(journal.records) == ["a"]
    journal.add({"image": "c"})
    assert list(Journal(path, HEADER).records) == ["a", "c"]


def test_other_settings_are_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    Journal(path, HEADER)
    with pytest.raises(OutputError, match=r"other model.*--restart"):
        Journal(path, HEADER | {"model": "xyz"})


def test_damage_is_told_plainly(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    Journal(path, HEADER)
    with path.open("ab") as stream:
        stream.write(b"garbage\n")
    with pytest.raises(OutputError, match="damaged"):
        Journal(path, HEADER)


def test_a_folder_that_cannot_be_written_is_told_plainly(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="could not be written"):
        Journal(tmp_path / "file" / "journal.jsonl", HEADER)
