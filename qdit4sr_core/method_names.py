"""Names, labels and usual costs of the quantization methods, without importing any of them (or torch).

A method is declared once, by the `@method(...)` above its rule. Here that line is read, not run.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path

METHODS_FOLDER = Path(__file__).parent / "quantize" / "methods"


@dataclass(frozen=True)
class DeclaredMethod:
    """What `@method(...)` says in literals: how a method is called and shown, and what it usually costs.

    Costs are multiples of a step of full precision, of the bundled model on one core of an x86-64 processor.
    They serve until the machine has measured its own; what a method does not say is that of most methods.
    """

    name: str
    """In the grammar of variants."""
    label: str
    order: int = 100
    """Where lists show it."""
    simulated_ratio: float = 1.8
    """Time of an evaluation over full precision's, simulated; of those that rotate inputs or add a branch."""
    kernel_ratio: float = 0.7
    """The same where the native kernel runs the layers."""
    quantizing_cells: float = 16_000
    """Latent cells that full precision evaluates in the time of quantizing; of those that solve like GPTQ."""


LITERALS = tuple(field.name for field in fields(DeclaredMethod))


def method_names() -> tuple[DeclaredMethod, ...]:
    """Every method, in the order lists show them."""
    named = _in_source() | _registered
    return tuple(sorted(named.values(), key=lambda method: (method.order, method.name)))


def method_label(name: str) -> str:
    """The label of a method; the name itself where there is no such method."""
    return declared_method(name).label


def declared_method(name: str) -> DeclaredMethod:
    """What is declared of a method; the defaults where there is no such method."""
    return _registered.get(name) or _in_source().get(name) or DeclaredMethod(name, name)


def declare_method(method: DeclaredMethod) -> None:
    """Remember a method that was registered by running code."""
    _registered[method.name] = method


_registered: dict[str, DeclaredMethod] = {}


@cache
def _in_source() -> dict[str, DeclaredMethod]:
    files = sorted(METHODS_FOLDER.glob("*.py"))
    return {found.name: found for path in files for found in _names_in(path.read_text(encoding="utf-8"))}


def _names_in(source: str) -> Iterator[DeclaredMethod]:
    for statement in ast.parse(source).body:
        for call in statement.decorator_list if isinstance(statement, ast.FunctionDef) else ():
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "method":
                given = {word.arg: word.value for word in call.keywords if word.arg in LITERALS}
                yield DeclaredMethod(**{key: ast.literal_eval(value) for key, value in given.items()})
