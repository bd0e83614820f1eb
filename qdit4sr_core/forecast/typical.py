"""What things usually cost against a step of full precision, where this machine has not measured them yet.

Because every number is a multiple of a measured step, a slow machine scales them all. They were measured on
the bundled model on one core of an x86-64 processor; work on weights and work on tokens both grow with the
number of weights, so that they hold roughly for other models too.
"""

from __future__ import annotations

from typing import Literal

Statistics = Literal["", "plain", "sensitive"]
"""Which calibration a variant needs: none, moments alone, or also how the final latent depends on layers."""

CALIBRATING: dict[str, float] = {"plain": 1.7, "sensitive": 6.0}
"""Time of a calibration over upscaling the same photos without watching."""

_SIMULATED = {
    "rtn": 1.3, "gptq": 1.35, "smoothquant": 1.5, "q-dit": 1.35, "q-diffusion": 1.2, "ptq4dit": 1.3,
    "dirotq": 3.5,
}  # fmt: skip
_OTHERS_SIMULATED = 1.8
"""Those that rotate their inputs or add a branch."""
_ON_KERNEL = {"dirotq": 2.5}
_OTHERS_ON_KERNEL = 0.7

_QUANTIZED_CELLS = {
    "rtn": 600.0, "convrot": 700.0, "smoothquant": 1_000.0, "vidit-q": 1_000.0, "sdnq": 1_600.0,
    "wush": 3_000.0, "q-dit4sr": 9_000.0, "q-dit": 12_000.0, "q-dit4sr-plus": 36_000.0, "svdquant": 67_000.0,
    "q-diffusion": 700_000.0,
}  # fmt: skip
_OTHERS_QUANTIZED = 16_000.0
"""Those that solve for their codes layer by layer, as GPTQ does."""


def covers(known: frozenset[str] | set[str], needed: Statistics) -> bool:
    """Whether the calibrations that are `known` already serve a variant that needs this one."""
    return not needed or needed in known or "sensitive" in known


def run_ratio(method: str, *, kernel: bool) -> float:
    """Time of an evaluation over full precision's; `kernel` says that the native kernel runs its layers."""
    if method == "fp":
        return 1.0
    return _ON_KERNEL.get(method, _OTHERS_ON_KERNEL) if kernel else _SIMULATED.get(method, _OTHERS_SIMULATED)


def quantizing_cells(method: str) -> float:
    """How many latent cells full precision evaluates in the time of quantizing by a method."""
    return _QUANTIZED_CELLS.get(method, _OTHERS_QUANTIZED)
