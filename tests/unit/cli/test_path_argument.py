"""No argument that names a file or a folder takes an empty one for the current folder."""

import argparse
from collections.abc import Iterator
from pathlib import Path

import pytest

from qdit4sr_core.cli import COMMANDS, build_parser, main
from qdit4sr_core.cli.path_argument import given_name, given_path

NAMES = {"FOLDER", "FILE", "DIR", "FILE.png", "HR", "ADDRESS"}
"""What the help calls an argument that names a place."""


def actions(parser: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    for action in parser._actions:
        yield action
        if isinstance(action, argparse._SubParsersAction):
            for inner in action.choices.values():
                yield from actions(inner)


def test_every_place_is_given_by_one_of_the_two_types() -> None:
    found = list(actions(build_parser()))
    assert [action.dest for action in found if action.type is Path] == []
    places = [action for action in found if action.metavar in NAMES or action.dest in ("photo", "model")]
    assert len(places) > 20
    wrong = [a.dest for a in places if a.type not in (given_name, given_path) and a.option_strings]
    assert wrong == []


@pytest.mark.parametrize(
    "arguments",
    [
        ["evaluate", "--lr", "", "--out", "o"],
        ["evaluate", "--lr", "l", "--hr", "", "--out", "o"],
        ["compare", "", "--out", "o"],
        ["compare", "sample:coffee", "--out", ""],
        ["compare", "sample:coffee", "--model", "", "--out", "o"],
        ["upscale", "", "--out", "o.png"],
        ["quantize", "rtn-w4a4", "--out", ""],
        ["quantize", "rtn-w4a4", "--calibration", ""],
        ["quantize", "rtn-w4a4", "--export", ""],
        ["figure", "", "--out", "f.png"],
        ["inspect", ""],
        ["metrics", ""],
        ["model", "check", ""],
        ["train", "", "--out", "o"],
        ["cost", "--artifact", ""],
    ],
)
def test_an_empty_place_is_refused_in_one_sentence(
    arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert arguments[0] in COMMANDS
    assert main(arguments) == 2
    said = capsys.readouterr().err
    assert "empty" in said
    assert said.count("\n") == 1
    assert list(tmp_path.iterdir()) == []
