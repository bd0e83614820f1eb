"""Which layers of a quantized model are worth more bits: the damage each does to the final latent.

Predicted from the sensitivity of the final latent, to first order, layer by layer; that errors of two layers
cancel or add up is not seen. It says what to name in a variant's `keep=`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch

from ..models.dit4sr import DiT4SR
from .keep import KEPT_BITS
from .layer.linear import QuantizedLinear, quantized_layers

if TYPE_CHECKING:
    from .calibration.statistics import Calibration, LayerStatistics


@dataclass(frozen=True)
class LayerWorth:
    """One layer's part in the damage."""

    name: str
    weight_damage: float
    """Energy that the error of its weight causes in an element of the final latent."""
    input_damage: float
    """Energy that the rounding of its input causes there, all steps together."""
    extra_bytes: int
    """What keeping it at 8 bits would add to the file."""

    @property
    def damage(self) -> float:
        """Both together."""
        return self.weight_damage + self.input_damage


def worth_of_layers(model: DiT4SR, quantized: DiT4SR, calibration: Calibration) -> list[LayerWorth]:
    """Every layer that the calibration knows, the most harmful first.

    Args:
        model: full precision.
        quantized: the same model quantized.
        calibration: with sensitivities; layers without are left out.
    """
    found = []
    with torch.no_grad():
        for name, layer in quantized_layers(quantized).items():
            statistics = calibration.layers.get(name)
            if statistics is None or statistics.response_root is None or statistics.sensitivity is None:
                continue
            wrong = layer.effective_weight() - model.get_submodule(name).weight.float()  # type: ignore[operator]
            root = statistics.response_root[:, :-1]
            weight_damage = float((root @ wrong.t()).square().sum()) / len(wrong)
            extra = max(0, KEPT_BITS - layer.spec.weight_bits) * wrong.numel() // 8
            found.append(LayerWorth(name, weight_damage, _input_damage(layer, statistics), extra))
    return sorted(found, key=lambda worth: worth.damage, reverse=True)


def _input_damage(layer: QuantizedLinear, statistics: LayerStatistics) -> float:
    """Rounding of sampled inputs at each step's bits, times what noise in that step does."""
    assert statistics.sensitivity is not None
    weight, bias = layer.effective_weight(), layer.effective_bias()
    steps, total = len(statistics.energy), 0.0
    for step in statistics.sample_steps.unique().tolist():
        x = statistics.samples[statistics.sample_steps == step]
        layer.set_step(int(step), steps)
        exact = x @ weight.t() if bias is None else x @ weight.t() + bias
        total += float(statistics.sensitivity[int(step)] * (layer(x) - exact).square().mean())
    return total


def grouped_worth(layers: list[LayerWorth], groups: Mapping[str, set[str]]) -> list[tuple[str, float, int]]:
    """(word, share of all damage, extra bytes) of each group of layers, the most damage a byte first."""
    whole = sum(layer.damage for layer in layers) or 1.0
    rows = []
    for word, names in groups.items():
        inside = [layer for layer in layers if layer.name in names]
        extra = sum(layer.extra_bytes for layer in inside)
        if inside:
            rows.append((word, sum(layer.damage for layer in inside) / whole, extra))
    return sorted(rows, key=lambda row: row[1] / max(1, row[2]), reverse=True)
