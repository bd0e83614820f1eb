"""Telling a model which sampling step comes next, so that layers can look up their activation bits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from weakref import WeakKeyDictionary

from torch import nn

from .linear import QuantizedLinear

StepListener = Callable[[int, int], None]

_LISTENERS: WeakKeyDictionary[nn.Module, StepListener] = WeakKeyDictionary()


def set_sampling_step(model: nn.Module, step: int, steps: int) -> None:
    """Announce step `step` (0-based) of `steps`; the denoising loop calls it before each model call.

    Does nothing to a full-precision model. A schedule solved for another number of steps is mapped
    proportionally.
    """
    for module in model.modules():
        if isinstance(module, QuantizedLinear):
            module.set_step(step, steps)
    listener = _LISTENERS.get(model)
    if listener is not None:
        listener(step, steps)


@contextmanager
def listening(model: nn.Module, listener: StepListener) -> Iterator[None]:
    """Call `listener(step, steps)` at every `set_sampling_step(model, ...)` inside the block."""
    _LISTENERS[model] = listener
    try:
        yield
    finally:
        _LISTENERS.pop(model, None)
