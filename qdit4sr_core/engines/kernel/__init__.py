"""The native engine: rotation, rounding, integer product, scales, branch and GELU of a quantized linear in one call.

Compiled from `source/` when the package is installed, where there is a compiler; loaded by ctypes, which lets other
Python threads run meanwhile. Several builds for different instruction sets are in one library, and the best one
that the processor can run is chosen at run time; all give the same bits.
"""

from .library import available, builds, chosen_build, describe, fast, library, using_build
from .linear import KernelLinear, multiply
from .operands import InputChange, LayerOperands
from .rounding import InputRounding

__all__ = [
    "InputChange",
    "InputRounding",
    "KernelLinear",
    "LayerOperands",
    "available",
    "builds",
    "chosen_build",
    "describe",
    "fast",
    "library",
    "multiply",
    "using_build",
]
