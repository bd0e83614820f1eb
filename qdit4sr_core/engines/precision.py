"""The precision in which a quantized layer works on a device."""

from __future__ import annotations

import torch
from torch import Tensor

HALVES = (torch.float16, torch.bfloat16)


def compute_dtype(x: Tensor) -> torch.dtype:
    """Half precision stays half precision on CUDA; everywhere else layers work in float32."""
    return x.dtype if x.device.type == "cuda" and x.dtype in HALVES else torch.float32
