"""What things usually cost against a step of full precision, where this machine has not measured them yet.

Because every number is a multiple of a measured step, a slow machine scales them all. They were measured on
the bundled model on one core of an x86-64 processor; work on weights and work on tokens both grow with the
number of weights, so that they hold roughly for other models too. What a method costs stands in its
registration.
"""

from __future__ import annotations

from typing import Literal

from ..method_names import declared_method

Statistics = Literal["", "plain", "sensitive"]
"""Which calibration a variant needs: none, moments alone, or also how the final latent depends on layers."""

CALIBRATING: dict[str, float] = {"plain": 1.7, "sensitive": 6.0}
"""Time of a calibration over upscaling the same photos without watching."""


def covers(known: frozenset[str] | set[str], needed: Statistics) -> bool:
    """Whether the calibrations that are `known` already serve a variant that needs this one."""
    return not needed or needed in known or "sensitive" in known


def run_ratio(method: str, *, kernel: bool) -> float:
    """Time of an evaluation over full precision's; `kernel` says that the native kernel runs its layers."""
    if method == "fp":
        return 1.0
    declared = declared_method(method)
    return declared.kernel_ratio if kernel else declared.simulated_ratio


def quantizing_cells(method: str) -> float:
    """How many latent cells full precision evaluates in the time of quantizing by a method."""
    return declared_method(method).quantizing_cells
