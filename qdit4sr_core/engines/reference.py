"""The float engine: rounded inputs times dequantized weights, the numbers an integer kernel would give."""

from __future__ import annotations

import torch
from torch import Tensor


def reference_product(values: Tensor, scale: Tensor | None, weight: Tensor, bias: Tensor | None) -> Tensor:
    """(values * scale) weight^T + bias.

    With a weight in half precision the product runs in it, on inputs that are scaled first: sums of codes
    times weights could leave its range.

    Args:
        values: (M, K) codes or already scaled inputs.
        scale: (M, 1) or scalar, None when `values` is already scaled.
        weight: (N, K) dequantized.
        bias: (N,) or None.

    Returns:
        (M, N) in the weight's precision.
    """
    if weight.dtype != torch.float32:
        scaled = values if scale is None else values * scale
        offset = None if bias is None else bias.to(weight.dtype)
        return torch.nn.functional.linear(scaled.to(weight.dtype), weight, offset)
    if scale is None:
        return torch.nn.functional.linear(values, weight, bias)
    product = values @ weight.t()
    return product.mul_(scale) if bias is None else torch.addcmul(bias, product, scale)
