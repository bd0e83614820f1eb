import json
from pathlib import Path
from typing import Any

import pytest

from qdit4sr_core.errors import OutputError
from qdit4sr_core.evaluate.journal import Journal

HEADER = {"plan": {"variants": ["fp"], "seed": 0}, "model": "abc"}


def _record(name: str, value: float | None = 1.0) -> dict[str, Any]:
    variant = {
        "label": "FP",
        "kind": "fp",
        "error": None,
        "simulated": False,
        "values": {"psnr_fp": value},
        "reasons": {},
    }
    return {
        "image": name,
        "lr_sha256": "1",
        "hr_sha256": "",
        "settings": {},
        "variants": {"fp": variant},
    }


NAMES = ["a", "two words", "line\u2028separator", "new\x85line", "caf\udce9", 'quote"', "tab\t"]


def test_records_come_back_after_reopening_whatever_their_names(tmp_path: Path) -> None:
    path = tmp_path / "out" / "journal.jsonl"
    journal = Journal(path, HEADER)
    records = {name: _record(name, float("inf")) for name in NAMES}
    for record in records.values():
        journal.add(record)
    assert Journal(path, HEADER).records == records
    assert len(path.read_text(encoding="utf-8").split("\n")) == len(NAMES) + 2


def test_the_journal_is_strict_json(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    Journal(path, HEADER).add(_record("a", float("inf")))

    def refuse(name: str) -> float:
        raise AssertionError(f"{name} is no JSON")

    for line in path.read_text(encoding="utf-8").splitlines():
        json.loads(line, parse_constant=refuse)


@pytest.mark.parametrize("line", ["3", "[]", '{"image": 3}', '{"image": "a"}', "[" * 90_000, "NaN"])
def test_a_line_of_another_kind_is_damage(line: str, tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    Journal(path, HEADER)
    with path.open("a") as stream:
        stream.write(line + "\n")
    with pytest.raises(OutputError, match="damaged"):
        Journal(path, HEADER)


def test_a_half_written_line_is_dropped_and_the_next_starts_clean(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    Journal(path, HEADER).add(_record("a"))
    with path.open("ab") as stream:
        stream.write(b'{"image": "b", "val')
    journal = Journal(path, HEADER)
    assert list(journal.records) == ["a"]
    journal.add(_record("c"))
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


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"settings": {"seed": "one"}}, "seed"),
        ({"variants": {}}, "lacks fp"),
        ({"variants": {"fp": {"values": {"psnr_fp": "much"}}}}, "psnr_fp|values"),
        ({"variants": {"fp": {"kind": "guess"}}}, "kind"),
        ({"variants": {"fp": {"engines": {"kernel": "all"}}}}, "engines"),
        ({"variants": {"fp": {"worst_region": [0, 0, 4], "worst_loss": 1.0}}}, "length 4"),
        ({"variants": {"fp": {"worst_loss": 1.0}}}, "array"),
    ],
)
def test_a_finished_image_with_a_wrong_part_is_damage(
    change: dict[str, Any], told: str, tmp_path: Path
) -> None:
    path = tmp_path / "journal.jsonl"
    record = _record("a")
    variants = {
        key: record["variants"][key] | wrong for key, wrong in change.pop("variants", {"fp": {}}).items()
    }
    Journal(path, HEADER)
    with path.open("a") as stream:
        stream.write(json.dumps(record | {"variants": variants} | change) + "\n")
    with pytest.raises(OutputError, match=f"damaged.*({told})"):
        Journal(path, HEADER)


def test_an_evaluation_of_fewer_variants_is_another_one_not_damage(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    Journal(path, HEADER).add(_record("a"))
    with pytest.raises(OutputError, match="other plan"):
        Journal(path, HEADER | {"plan": {"variants": ["fp", "bicubic"], "seed": 0}})
