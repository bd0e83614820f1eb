"""WUSH (arXiv 2512.00956): the closed-form transform that balances inputs and weights, then Hadamard.

For a block of channels let X X^T and W W^T be the second moments of inputs and weight rows, X and W their
Cholesky factors, and W^T X = U S V^T. Then z = x (W U S^(-1/2)) and w (W^(-T) U S^(1/2)) both have the moment
S, which a Hadamard rotation spreads evenly. One such matrix a block of channels is stored, 16 bits a number,
and counted; the input moment is the calibration's.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from ..layer.activations import ActivationSpec
from ..layer.codes import encode_absmax, group_size, storable
from ..layer.input_transform import block_product
from ..layer.linear import QuantizedLinear
from ..layer.rotation import Rotation, hadamard_matrix
from .base import Layer, LayerSettings, MethodConfig
from .option_limits import Dampening, Group
from .registry import method
from .sdnq import power_of_two_block


@dataclass(frozen=True)
class WUSH(MethodConfig):
    """Blocks of channels that are transformed and scaled together, as in its 4-bit formats."""

    group: Group = 32
    dampening: Dampening = 0.01


def balancing_transform(input_moment: Tensor, weight_moment: Tensor, dampening: float = 0.01) -> Tensor:
    """(B, k, k) T with T^T M_x T = T^(-1) M_w T^(-T) = H^T S H for moments (B, k, k) of inputs and weights.

    The dampening, a share of the mean diagonal, is added to both moments.
    """
    size = input_moment.shape[-1]
    eye = torch.eye(size, dtype=torch.float64)

    def factor(moment: Tensor) -> Tensor:
        moment = moment.double()
        mean = moment.diagonal(dim1=1, dim2=2).mean(1).clamp_min(1e-12)
        return torch.linalg.cholesky(moment + dampening * mean[:, None, None] * eye)

    x, w = factor(input_moment), factor(weight_moment)
    u, s, _ = torch.linalg.svd(w.transpose(1, 2) @ x)
    return w @ u @ torch.diag_embed(s.rsqrt()) @ hadamard_matrix(size).double()


def diagonal_blocks(matrix: Tensor, size: int) -> Tensor:
    """(B, k, k) blocks on the diagonal of (K, K)."""
    count = len(matrix) // size
    blocks = matrix.view(count, size, count, size)
    return torch.stack([blocks[b, :, b] for b in range(count)])


@method(
    WUSH,
    name="wush",
    label="WUSH (blocks of 32)",
    needs_calibration=True,
    summary="Closed-form transforms of 32 channels from both second moments, group scales.",
    order=97,
    quantizing_cells=3_000,
)
def quantize_layer(config: WUSH, layer: Layer, settings: LayerSettings) -> QuantizedLinear:
    """Transform and round; a layer that was never called is only rotated."""
    columns = layer.weight.shape[1]
    size = power_of_two_block(columns, config.group)
    activation = ActivationSpec("absmax", settings.act_bits, group_size(columns, size))
    known = layer.moment("gptq")
    if known is None:
        weight = Rotation("hadamard", columns, size)(layer.weight)
        codes = encode_absmax(weight, settings.weight_bits, size)
        return QuantizedLinear.build(
            codes, activation, bias=layer.bias, rotation="hadamard", rotation_block=size
        )
    moment = layer.weight.t() @ layer.weight / len(layer.weight)
    inputs = diagonal_blocks(known, size)
    transform = balancing_transform(inputs, diagonal_blocks(moment, size), config.dampening)
    stored = storable(transform.float())
    inverse = torch.linalg.inv(stored.double()).transpose(1, 2).float()
    codes = encode_absmax(block_product(layer.weight, inverse), settings.weight_bits, size)
    return QuantizedLinear.build(codes, activation, bias=layer.bias, transform=stored)
