"""The command line: one module a command, imported only when it is asked for.

A command module has `HELP`, `add_arguments(parser)` and `run(args) -> int`. To add a command,
put the module into `commands/` under the command's name.
"""

from __future__ import annotations

import argparse
import contextlib
import sys
from collections.abc import Sequence
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, NoReturn

from ..errors import Cancelled, QDiT4SRError, reason, system_sentence
from ..file_names import readable
from . import commands
from .interrupts import no_interrupt_lost
from .number_argument import given_whole
from .streams import silence, standard_streams

COMMANDS: dict[str, str] = {
    module.name: f"{commands.__name__}.{module.name}" for module in iter_modules(commands.__path__)
}
"""Command name to module: the files in `commands/`."""

BAD_INPUT, INTERRUPTED = 2, 130


class OneLineParser(argparse.ArgumentParser):
    """Reports a wrong argument as one sentence instead of the whole usage.

    `type=int` is read by `given_whole`.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.register("type", int, given_whole)

    def error(self, message: str) -> NoReturn:
        """Print the sentence on stderr and exit with 2."""
        self.exit(BAD_INPUT, f"{self.prog}: {message} (see {self.prog} --help).\n")


def build_parser(only: str | None = None) -> argparse.ArgumentParser:
    """The parser with every command, or with the arguments of `only` alone (the others stay unimported)."""
    parser = OneLineParser(
        prog="qdit4sr",
        description="See what low-bit quantization does to the texture of a super-resolution model.",
    )
    subparsers = parser.add_subparsers(
        dest="command", metavar="COMMAND", required=True, parser_class=OneLineParser
    )
    for name, path in COMMANDS.items():
        if only is not None and name != only:
            subparsers.add_parser(name)
            continue
        module = import_module(path)
        command = subparsers.add_parser(name, help=module.HELP, description=module.HELP)
        module.add_arguments(command)
        command.set_defaults(run=module.run)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code (0, 1: an item failed, 2: bad input, 130: interrupted)."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    with no_interrupt_lost() as interrupts:
        try:
            with standard_streams():
                code = _run(arguments)
                sys.stdout.flush()
                return code
        except KeyboardInterrupt:  # before the command has begun
            pass
        except Exception as error:
            if not interrupts.came:  # else an import was broken off, and made an error of its own of it
                if not isinstance(error, OSError):
                    raise
                silence(sys.stdout)  # it leads to a full disk
                _say(f"The output could not be written: {reason(error)}.")
                return BAD_INPUT
        _say("Cancelled.")
        return INTERRUPTED


def _run(arguments: list[str]) -> int:
    only = arguments[0] if arguments and arguments[0] in COMMANDS else None
    try:
        args = build_parser(only).parse_args(arguments)
    except SystemExit as stop:  # argparse has said what was wrong, or printed the help
        return stop.code if isinstance(stop.code, int) else BAD_INPUT
    try:
        return int(args.run(args))
    except (Cancelled, KeyboardInterrupt):
        _say("Cancelled.")
        return INTERRUPTED
    except QDiT4SRError as error:
        _say(str(error))
    except MemoryError:
        _say("There is not enough memory for this; use a smaller photo or tile.")
    except OSError as error:
        if error.filename is None:
            raise
        _say(system_sentence(error))
    return BAD_INPUT


def _say(sentence: str) -> None:
    """One line on stderr, whatever the file names in it hold."""
    if sys.stderr is not None:
        with contextlib.suppress(OSError, ValueError):
            line = readable(" ".join(sentence.split()))
            print(f"qdit4sr: {line}", file=sys.stderr)
