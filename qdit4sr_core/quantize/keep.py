"""Layers that a variant leaves at higher precision: chosen blocks or kinds of layers.

A kept layer has 8-bit weights with a scale a channel and float inputs: its error is negligible beside that of
any method at 4 bits, and it stays one of the quantized layers, so that files and costs need no exception.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from ..errors import VariantError
from .layer.activations import ActivationSpec
from .layer.codes import encode_symmetric, search_symmetric_scale
from .layer.linear import QuantizedLinear
from .methods.base import Layer
from .targets import is_modulation

KEPT_BITS = 8

KINDS: dict[str, Callable[[str], bool]] = {
    "adaln": is_modulation,
    "attn": lambda name: ".attn." in name,
    "attn2": lambda name: ".attn2." in name,
    "ff": lambda name: ".ff." in name,
    "text": lambda name: ".ff_context." in name or ".add_" in name or ".to_add_" in name,
    "control": lambda name: name.endswith("_control"),
}
"""Kinds of layers by the word that keeps them."""

_BLOCK = re.compile(r"blocks\.(\d+)$")


def kept_layers(keep: str, names: Sequence[str]) -> set[str]:
    """The layers that a list like "blocks.0+adaln" names; a whole layer's name works too.

    Raises:
        VariantError: for a word that fits no layer of the model.
    """
    kept: set[str] = set()
    for word in filter(None, (piece.strip() for piece in keep.split("+"))):
        block = _BLOCK.match(word)
        if block:
            found = {n for n in names if n.startswith(f"transformer_blocks.{block[1]}.")}
        elif word in KINDS:
            found = {n for n in names if KINDS[word](n)}
        else:
            found = {n for n in names if n == word or n.startswith(f"{word}.")}
        if not found:
            raise VariantError(
                f"keep={word} fits no layer; give blocks.NUMBER, {', '.join(KINDS)} or a layer's name, "
                "joined by '+'."
            )
        kept |= found
    return kept


def keep_layer(layer: Layer) -> QuantizedLinear:
    """The layer with 8-bit weights and float inputs."""
    scale = search_symmetric_scale(layer.weight, KEPT_BITS, None)
    codes = encode_symmetric(layer.weight, scale, KEPT_BITS)
    return QuantizedLinear.build(codes, ActivationSpec("none"), bias=layer.bias)
