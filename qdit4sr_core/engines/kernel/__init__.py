"""The native engine: rotation, rounding, product, scales, branch and GELU of a quantized linear in one call.

Compiled from `source/` when the package is installed, where there is a compiler; loaded by ctypes, which lets
other Python threads run meanwhile. Builds for several instruction sets are in one library, and the best one
that runs here is chosen at run time; all give the same bits.
"""

from .library import available, builds, chosen_build, describe, fast, library, needed, using_build
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
    "needed",
    "using_build",
]
