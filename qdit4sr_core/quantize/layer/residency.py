"""Whether a quantized model keeps what its products need between calls, or makes it anew in each.

Codes, scales and branches are always held as an artifact stores them. A product also needs the weight in
numbers (or in int8). A small model keeps it, which is fast; of a large one it would undo what quantization
has saved, so there it is unpacked for one layer at a time. Both ways give the same bits.
"""

from __future__ import annotations

from torch import nn

from .linear import quantized_layers

KEPT_BYTES = 512_000_000
"""Models whose quantized weights take up to this in float32 keep them: the bundled one is far below, the
published one (10.8 GB) far above."""


def choose_residency(model: nn.Module, limit: int = KEPT_BYTES) -> bool:
    """Let every quantized layer of `model` keep its operands, or none; returns which.

    Args:
        model: quantized.
        limit: bytes that all quantized weights together may take in float32; 0 keeps nothing.
    """
    layers = quantized_layers(model).values()
    keep = sum(4 * layer.spec.columns * layer.out_features for layer in layers) <= limit
    for layer in layers:
        layer.keep_operands(keep)
    return keep
