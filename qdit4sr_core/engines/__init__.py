"""How the product of a quantized linear is executed: float simulation or exact integer products."""

from . import kernel
from .attention import attention_rounding, choose_attention, round_attention
from .choice import check_engine
from .int8 import fits_int8, int8_product, int8_runs_on
from .precision import compute_dtype
from .reference import reference_product
from .rounded_attention import AttentionOperands, RoundedAttention, SoftmaxGrid

__all__ = [
    "AttentionOperands",
    "RoundedAttention",
    "SoftmaxGrid",
    "attention_rounding",
    "check_engine",
    "choose_attention",
    "compute_dtype",
    "fits_int8",
    "int8_product",
    "int8_runs_on",
    "kernel",
    "reference_product",
    "round_attention",
]
