"""`qdit4sr methods`: which quantizers there are, and the options of one."""

from __future__ import annotations

import argparse
import ast
import inspect
import itertools
import textwrap
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin, get_type_hints

from ...errors import VariantError
from ...text_table import fitted
from ..terminal import terminal_columns

if TYPE_CHECKING:
    from ...quantize.methods.registry import MethodSpec

HELP = "List the quantization methods, or the options of one."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument(
        "method",
        nargs="?",
        metavar="NAME",
        help="a method, to list its options; without it, all methods are listed",
    )


def run(args: argparse.Namespace) -> int:
    """Print the list, or one method's options; returns 0. Raises `VariantError` for an unknown name."""
    from ...quantize import METHODS

    if args.method is None:
        print("\n".join(fitted([listing()], terminal_columns(), hang=16)))
        return 0
    if args.method not in METHODS:
        raise VariantError(f"There is no method {args.method!r}. There are: {', '.join(METHODS)}.")
    columns = terminal_columns()
    print("\n".join(fitted([options_of(METHODS[args.method], columns or 100)], columns)))
    return 0


def listing() -> str:
    """Every method: its name in a variant, its label, and what it does."""
    from ...quantize import METHODS

    lines = [f"{spec.name:15} {spec.label}\n{'':15} {spec.summary}" for spec in METHODS.values()]
    hints = [
        "A variant is a name with bits of weights and activations, as in rtn-w4a4.",
        "`qdit4sr methods NAME` lists the options of one.",
    ]
    return "\n".join([*lines, "", *hints])


def options_of(spec: MethodSpec[Any], columns: int = 100) -> str:
    """Label, summary, and each option: default, choices or limits, and meaning, broken at `columns`."""
    from ...quantize.methods.option_limits import option_limits
    from ...quantize.variants import option_fields, option_text

    limits = option_limits(spec.config_class)
    hints = get_type_hints(spec.config_class)
    meanings = _meanings(spec.config_class)
    lines = [spec.label, spec.summary, f"A variant: {spec.name}-w4a4:OPTION=VALUE,OPTION=VALUE", ""]
    for field in option_fields(spec):
        lines.append(f"{field.name}={option_text(field.default)}{_choices(hints[field.name])}")
        if field.name in limits:
            lines[-1] += f"  ({limits[field.name][0]})"
        if field.name in meanings:
            lines += fitted([f"    {meanings[field.name]}"], min(columns, 100))
    return "\n".join(lines)


def _choices(hint: Any) -> str:
    if hint is bool:
        return "  (true, false)"
    if get_origin(hint) is Literal:
        return f"  ({', '.join(str(choice) for choice in get_args(hint))})"
    return ""


def _meanings(config_class: type) -> dict[str, str]:
    """The docstrings below the fields of a class and its bases, as one line each."""
    found: dict[str, str] = {}
    for one in reversed(config_class.__mro__[:-1]):
        statements = ast.parse(textwrap.dedent(inspect.getsource(one))).body[0].body  # type: ignore[attr-defined]
        for field, text in itertools.pairwise(statements):
            if isinstance(field, ast.AnnAssign) and isinstance(text, ast.Expr):
                assert isinstance(field.target, ast.Name)
                assert isinstance(text.value, ast.Constant)
                found[field.target.id] = " ".join(str(text.value.value).split())
    return found
