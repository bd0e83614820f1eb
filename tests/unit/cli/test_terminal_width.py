"""Every list that a command prints fits a terminal of eighty columns, and stays whole in a pipe."""

import sys

import pytest

from qdit4sr_core.cli import main
from qdit4sr_core.quantize import METHODS

LISTS = [["methods"], ["metrics"], ["cost"], ["cost", "--model", "nano"]]
LISTS += [["methods", name] for name in METHODS]


@pytest.mark.parametrize("arguments", LISTS, ids=" ".join)
def test_no_line_is_wider_than_the_terminal(
    arguments: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    assert main(arguments) == 0
    fitted = capsys.readouterr().out
    assert max(map(len, fitted.splitlines())) <= 80
    monkeypatch.setattr(sys.stdout, "isatty", lambda: False)
    assert main(arguments) == 0
    whole = capsys.readouterr().out
    assert _words(whole) == _words(fitted)


def _words(text: str) -> set[str]:
    """What is written, without the rules of a table."""
    words = text.replace("/", "/ ").split()
    return {word for word in words if any(letter not in "|-:" for letter in word)}
