"""VaSMP: budget, limits, order, and optimality of the greedy under the true error."""

import itertools

import pytest

from qdit4sr_core.errors import VariantError
from qdit4sr_core.quantize.layer.grids import kappa
from qdit4sr_core.quantize.solvers.vasmp import allocate_weight_bits


def test_budget_is_met_exactly_with_equal_layers() -> None:
    bits = allocate_weight_bits([100] * 6, [1, 2, 4, 8, 16, 64], 4)
    assert sum(bits) == 24
    assert bits == sorted(bits)
    assert min(bits) >= 3
    assert max(bits) <= 5


def test_clipping_up_does_not_overrun_the_budget() -> None:
    sizes, variances = [10, 10, 1000], [1e-9, 1e-9, 1.0]
    bits = allocate_weight_bits(sizes, variances, 4, limits=(3, 8))
    assert sum(n * b for n, b in zip(sizes, bits, strict=True)) <= 4 * sum(sizes)


def test_zero_layers_get_the_fewest_bits() -> None:
    assert allocate_weight_bits([5, 5], [0.0, 1.0], 4) == [3, 5]
    assert allocate_weight_bits([5, 5], [0.0, 0.0], 4) == [4, 4]


def test_kappa_law_is_optimal_on_equal_sizes() -> None:
    variances = [0.3, 1.0, 2.5, 7.0, 20.0]
    bits = allocate_weight_bits([8] * 5, variances, 4, limits=(2, 6), law="kappa")

    def error(choice: tuple[int, ...]) -> float:
        return sum(v * kappa(b) for v, b in zip(variances, choice, strict=True))

    best = min(error(c) for c in itertools.product(range(2, 7), repeat=5) if sum(c) <= 20)
    assert error(tuple(bits)) == pytest.approx(best)


def test_impossible_mean_is_refused() -> None:
    with pytest.raises(VariantError, match="impossible"):
        allocate_weight_bits([1], [1.0], 6, limits=(3, 5))
    with pytest.raises(VariantError, match="law"):
        allocate_weight_bits([1], [1.0], 4, law="square")
