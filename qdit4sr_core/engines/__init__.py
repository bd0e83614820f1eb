"""How the product of a quantized linear is executed: float simulation or exact integer products."""

from . import kernel
from .choice import ENGINES, check_engine, count_engines, describe_engines
from .int8 import fits_int8, int8_product, int8_runs_on
from .precision import compute_dtype
from .reference import reference_product

__all__ = [
    "ENGINES",
    "check_engine",
    "compute_dtype",
    "count_engines",
    "describe_engines",
    "fits_int8",
    "int8_product",
    "int8_runs_on",
    "kernel",
    "reference_product",
]
