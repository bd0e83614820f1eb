"""What a model costs: stored bits, bits of every multiply, and operations in two named conventions."""

from .linears import LinearCost, Workload, header_costs, linear_rows, model_costs, uniform_costs
from .totals import UNIT, Cost, total_cost
from .variant import VariantCost, cost_of_linears, variant_cost

__all__ = [
    "UNIT",
    "Cost",
    "LinearCost",
    "VariantCost",
    "Workload",
    "cost_of_linears",
    "header_costs",
    "linear_rows",
    "model_costs",
    "total_cost",
    "uniform_costs",
    "variant_cost",
]
