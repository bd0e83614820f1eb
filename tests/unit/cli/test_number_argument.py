"""No whole number that a command takes is larger than files and libraries can hold."""

import argparse
from collections.abc import Iterator

import pytest

from qdit4sr_core.cli import COMMANDS, build_parser, main
from qdit4sr_core.cli.number_argument import given_whole

HUGE = ["9" * 19, "9" * 400, "9" * 5000, "-" + "9" * 400]


@pytest.mark.parametrize("text", [*HUGE, "", "two", "1.5", "nan", "²"])
def test_what_is_no_number_of_64_bits_is_refused_in_few_words(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError) as caught:
        given_whole(text)
    assert len(str(caught.value)) < 100


def test_numbers_of_64_bits_are_taken() -> None:
    assert [given_whole(text) for text in ("0", "-3", str(2**63 - 1))] == [0, -3, 2**63 - 1]


def _options() -> Iterator[tuple[list[str], str]]:
    """Every option that takes a whole number, with the command it belongs to."""
    for name in COMMANDS:
        parsers = [([name], _command(build_parser(name), name))]
        for words, parser in parsers:
            for action in parser._actions:
                if isinstance(action, argparse._SubParsersAction):
                    parsers += [([*words, sub], inner) for sub, inner in action.choices.items()]
                elif action.type is int:
                    yield words, action.option_strings[0]


def _command(parser: argparse.ArgumentParser, name: str) -> argparse.ArgumentParser:
    (action,) = (a for a in parser._actions if isinstance(a, argparse._SubParsersAction))
    found: argparse.ArgumentParser = action.choices[name]
    return found


@pytest.mark.parametrize("number", HUGE[:2])
def test_every_command_refuses_them_before_any_work(number: str, capsys: pytest.CaptureFixture[str]) -> None:
    tried = list(_options())
    assert len(tried) > 40
    for words, option in tried:
        assert main([*words, option, number]) == 2
        said = capsys.readouterr().err
        assert option in said
        assert "is not a whole number of at most" in said
        assert said.count("\n") == 1
