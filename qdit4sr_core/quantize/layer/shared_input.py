"""Rotating and rounding an input once for all layers that receive it, as query, key and value do."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from typing import TypeVar

from torch import Tensor
from torch.utils.weak import WeakTensorKeyDictionary

Result = TypeVar("Result")


class SharedInput(threading.local):
    """Results by input tensor and recipe; an entry lives as long as the tensor it was made from."""

    def __init__(self) -> None:
        self._entries = WeakTensorKeyDictionary()

    def get(self, x: Tensor, recipe: Hashable, make: Callable[[], Result]) -> Result:
        """The result for tensor `x` (by identity, unchanged since) under `recipe`; made when there is none.

        Nothing is kept for tensors that track gradients or versions differently (inference mode).
        """
        if x.requires_grad or x.is_inference():
            return make()
        known = self._entries.get(x)
        if known is None or known[0] != x._version:
            known = (x._version, {})
            self._entries[x] = known
        results = known[1]
        if recipe not in results:
            results[recipe] = make()
        found: Result = results[recipe]
        return found
