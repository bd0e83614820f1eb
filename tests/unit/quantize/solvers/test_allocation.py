"""Bits are spent where they help most, within the budgets of storage and of work."""

import itertools

import pytest

from qdit4sr_core.quantize.layer.grids import kappa
from qdit4sr_core.quantize.solvers.allocation import Budget, spend_bits


def test_spending_is_optimal_for_equal_costs() -> None:
    weights = [0.2, 1.0, 3.0, 11.0]
    tables = [{b: w * kappa(b) for b in range(2, 7)} for w in weights]
    bits = spend_bits(tables, [Budget([2.0] * 4, 4)])
    assert sum(bits) == 16
    best = min(
        sum(t[b] for t, b in zip(tables, choice, strict=True))
        for choice in itertools.product(range(2, 7), repeat=4)
        if sum(choice) <= 16
    )
    assert sum(t[b] for t, b in zip(tables, bits, strict=True)) == pytest.approx(best)


def test_free_items_get_the_most() -> None:
    table = {b: kappa(b) for b in range(2, 9)}
    assert spend_bits([table, table], [Budget([0.0, 1.0], 4)]) == [8, 4]


def test_two_budgets_hold_and_come_near_the_best() -> None:
    """Items that differ in what they weigh in storage and in work, against all choices."""
    weights = [0.3, 1.0, 2.0, 8.0, 20.0]
    storage, work = [1.0, 2.0, 4.0, 1.0, 2.0], [3.0, 0.0, 1.0, 2.0, 4.0]
    tables = [{b: w * kappa(b) for b in range(2, 8)} for w in weights]

    def fits(choice: tuple[int, ...]) -> bool:
        costs = (storage, 4.5), (work, 4.0)
        return all(
            sum(c * b for c, b in zip(cost, choice, strict=True)) <= m * sum(cost) for cost, m in costs
        )

    def loss(choice: tuple[int, ...]) -> float:
        return sum(t[b] for t, b in zip(tables, choice, strict=True))

    bits = tuple(spend_bits(tables, [Budget(storage, 4.5), Budget(work, 4.0)]))
    assert fits(bits)
    best = min(loss(c) for c in itertools.product(range(2, 8), repeat=5) if fits(c))
    assert loss(bits) <= 1.5 * best
