"""How the product of a quantized linear is executed: float simulation or exact integer products."""

from . import kernel
from .attention import choose_attention
from .choice import check_engine
from .int8 import fits_int8, int8_product, int8_runs_on
from .precision import compute_dtype
from .reference import reference_product

__all__ = [
    "check_engine",
    "choose_attention",
    "compute_dtype",
    "fits_int8",
    "int8_product",
    "int8_runs_on",
    "kernel",
    "reference_product",
]
