"""The names and labels of the quantization methods, without importing any of them (that would load torch).

A method is named once, by the `@method(...)` above its rule. Here that line is read, not run.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

METHODS_FOLDER = Path(__file__).parent / "quantize" / "methods"


@dataclass(frozen=True)
class MethodName:
    """How a method is called in the grammar of variants, and how it is shown."""

    name: str
    label: str
    order: int = 100


def method_names() -> tuple[MethodName, ...]:
    """Every method, in the order lists show them."""
    named = _in_source() | _registered
    return tuple(sorted(named.values(), key=lambda method: (method.order, method.name)))


def method_label(name: str) -> str:
    """The label of a method; the name itself where there is no such method."""
    known = _registered.get(name) or _in_source().get(name)
    return name if known is None else known.label


def name_method(method: MethodName) -> None:
    """Remember a method that was registered by running code."""
    _registered[method.name] = method


_registered: dict[str, MethodName] = {}


@cache
def _in_source() -> dict[str, MethodName]:
    files = sorted(METHODS_FOLDER.glob("*.py"))
    return {found.name: found for path in files for found in _names_in(path.read_text(encoding="utf-8"))}


def _names_in(source: str) -> Iterator[MethodName]:
    for statement in ast.parse(source).body:
        for call in statement.decorator_list if isinstance(statement, ast.FunctionDef) else ():
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "method":
                given = {word.arg: word.value for word in call.keywords}
                yield MethodName(
                    **{
                        key: ast.literal_eval(given[key])
                        for key in ("name", "label", "order")
                        if key in given
                    }
                )
