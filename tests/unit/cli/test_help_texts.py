"""The help of every command says of each argument what it is, and names one kind of value one way."""

import argparse
from collections import defaultdict
from collections.abc import Iterator

import pytest

from qdit4sr_core.cli import COMMANDS, build_parser


def _actions(command: str) -> Iterator[argparse.Action]:
    parsers = next(a.choices for a in build_parser(command)._actions if isinstance(a.choices, dict))
    todo = [parsers[command]]
    for parser in todo:
        for action in parser._actions:
            if isinstance(action.choices, dict):  # commands of a command
                todo += action.choices.values()
            else:
                yield action


@pytest.mark.parametrize("command", COMMANDS)
def test_every_argument_says_what_it_is(command: str) -> None:
    for action in _actions(command):
        name = action.option_strings or action.dest
        assert action.help, f"{name} has no help"
        named = action.nargs == 0 or action.choices or action.metavar or not action.option_strings
        assert named, f"{name} takes a value that its help calls {action.dest.upper()}"


def test_an_option_of_several_commands_takes_a_value_of_one_name() -> None:
    names: dict[str, set[object]] = defaultdict(set)
    for command in COMMANDS:
        for action in _actions(command):
            if action.nargs != 0 and not action.choices:
                for option in action.option_strings:
                    names[option].add(action.metavar)
    kinds = {"--out", "--region", "--model"}  # a file or a folder, with a name or without
    different = {option: found for option, found in names.items() if len(found) > 1 and option not in kinds}
    assert not different
