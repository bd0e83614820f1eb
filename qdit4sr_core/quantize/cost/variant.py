"""A variant's cost in the few numbers by which methods are compared: at equal storage, and at equal work."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from ...engines import RoundedAttention, attention_rounding
from ...models.config import DiT4SRConfig
from ...models.dit4sr import DiT4SR
from .linears import LinearCost, Workload, model_costs
from .totals import total_cost

FLOAT_BITS = 16
"""What float operands of full precision and of unrounded inputs count as."""


@dataclass(frozen=True)
class VariantCost:
    """Storage and work of one variant.

    Two methods with equal stored bits may do unequal work: the adaLN layers hold a quarter of the weights and
    do next to no multiplies, so bits taken from them and given to the others cost nothing in storage.
    """

    bits_per_weight: float
    """Stored bits of the block linears a weight: codes, scales, zero points, factors and branches."""
    weight_bits: float
    """Mean code bits of the weight over all multiplies of the block linears."""
    act_bits: float
    """Mean bits of the input over all multiplies of the block linears; float inputs count 16."""
    product_bits: float
    """Mean of weight bits times input bits over all multiplies."""
    paper_operations: float
    """G a run, the paper's convention: block linears alone, branches counted like the codes."""
    operations: float
    """G a run, the honest one: every product; branches and rotations at 16 bits, attention at its own."""

    def to_dict(self) -> dict[str, float]:
        """JSON-ready; `from_dict` reads it back."""
        return {name: round(value, 6) for name, value in asdict(self).items()}

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> VariantCost:
        """Read what `to_dict` wrote. Raises TypeError or ValueError for anything else."""
        return cls(**{name: float(value) for name, value in values.items()})


def variant_cost(model: DiT4SR, workload: Workload) -> VariantCost:
    """The cost of a quantized (or full-precision) transformer in a run."""
    linears = model_costs(model, workload)
    return cost_of_linears(model.config, linears, workload, attention_rounding(model))


def cost_of_linears(
    config: DiT4SRConfig,
    linears: Sequence[LinearCost],
    workload: Workload,
    rounding: RoundedAttention | None = None,
    float_bits: int = FLOAT_BITS,
) -> VariantCost:
    """The same from block linears that are known already, and the rounding of attention.

    No operand counts more than `float_bits`: 32 for a model that runs in single precision.
    """
    weights = max(1, sum(c.weights for c in linears))
    multiplies = max(1, sum(c.rows * c.weights for c in linears))

    def mean(pick: tuple[str, ...]) -> float:
        total = 0.0
        for c in linears:
            product = 1.0
            for name in pick:
                product *= min(float_bits, getattr(c, name))
            total += c.rows * c.weights * product
        return total / multiplies

    whole = total_cost(config, linears, workload, float_bits, rounding=rounding)
    return VariantCost(
        sum(c.bits for c in linears) / weights,
        mean(("weight_bits",)),
        mean(("act_bits",)),
        mean(("weight_bits", "act_bits")),
        whole.paper_operations,
        whole.operations,
    )
