"""How the product of a quantized linear is executed: float simulation or exact integer products."""

from .int8 import fits_int8, int8_product, int8_runs_on
from .precision import compute_dtype
from .reference import reference_product

ENGINES = ("auto", "reference", "int8")
"""Names a user may choose: `auto` takes int8 where it is exact and faster."""

__all__ = ["ENGINES", "compute_dtype", "fits_int8", "int8_product", "int8_runs_on", "reference_product"]
