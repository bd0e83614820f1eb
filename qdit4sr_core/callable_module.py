"""Modules that can be called: where a room and its main function share a name in the public interface."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any


def call_module_as(name: str, function: Callable[..., Any]) -> None:
    """Make `name(...)` of an imported module the same as `function(...)`.

    Whoever imports `compare` from the package gets the module, whatever was imported before; called, it
    is the function.
    """

    class CallableModule(ModuleType):
        __call__ = staticmethod(function)

    sys.modules[name].__class__ = CallableModule
