"""The command line: one module a command, imported only when it is asked for.

A command module has `NAME`, `HELP`, `add_arguments(parser)` and `run(args) -> int`. To add a command,
write the module and name it in `COMMANDS`.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import NoReturn

from ..errors import Cancelled, QDiT4SRError

COMMANDS: dict[str, str] = {
    "compare": "qdit4sr_core.cli.compare",
    "upscale": "qdit4sr_core.cli.upscale",
    "evaluate": "qdit4sr_core.cli.evaluate",
    "metrics": "qdit4sr_core.cli.metrics",
    "quantize": "qdit4sr_core.cli.quantize",
    "inspect": "qdit4sr_core.cli.inspect",
    "cost": "qdit4sr_core.cli.cost",
    "figure": "qdit4sr_core.cli.figure",
    "model": "qdit4sr_core.cli.model",
    "train": "qdit4sr_core.cli.train",
    "bench": "qdit4sr_core.cli.bench",
}
"""Command name to module."""

BAD_INPUT, INTERRUPTED = 2, 130


class OneLineParser(argparse.ArgumentParser):
    """Reports a wrong argument as one sentence instead of the whole usage."""

    def error(self, message: str) -> NoReturn:
        """Print the sentence on stderr and exit with 2."""
        self.exit(BAD_INPUT, f"{self.prog}: {message} (see {self.prog} --help).\n")


def build_parser(only: str | None = None) -> argparse.ArgumentParser:
    """The parser with every command, or with the arguments of `only` alone (the others stay unimported)."""
    parser = OneLineParser(
        prog="qdit4sr",
        description="See what low-bit quantization does to the texture of a super-resolution model.",
    )
    commands = parser.add_subparsers(
        dest="command", metavar="COMMAND", required=True, parser_class=OneLineParser
    )
    for name, path in COMMANDS.items():
        if only is not None and name != only:
            commands.add_parser(name)
            continue
        module = import_module(path)
        command = commands.add_parser(name, help=module.HELP, description=module.HELP)
        module.add_arguments(command)
        command.set_defaults(run=module.run)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code (0, 2 for bad input, 130 when interrupted)."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    only = arguments[0] if arguments and arguments[0] in COMMANDS else None
    try:
        args = build_parser(only).parse_args(arguments)
    except SystemExit as stop:  # argparse has said what was wrong, or printed the help
        return stop.code if isinstance(stop.code, int) else BAD_INPUT
    try:
        return int(args.run(args))
    except (Cancelled, KeyboardInterrupt):
        print("qdit4sr: Cancelled.", file=sys.stderr)
        return INTERRUPTED
    except QDiT4SRError as error:
        print(f"qdit4sr: {' '.join(str(error).split())}", file=sys.stderr)
        return BAD_INPUT
    except MemoryError:
        print("qdit4sr: There is not enough memory for this; use a smaller photo or tile.", file=sys.stderr)
        return BAD_INPUT
    except BrokenPipeError:
        sys.stderr.close()
        return 0
