"""Best and second best, ties included."""

import math

import pytest

from qdit4sr_core.metrics.ranking import metric_ranks


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([30.0, 31.0], [None, 1]),
        ([30.0, 30.0], [1, 1]),
        ([30.001, 30.0], [1, 1]),
        ([30.0, 31.0, 31.0], [None, 1, 1]),
        ([30.0, 31.0, 30.0], [None, 1, None]),
        ([29.0, 30.0, 31.0, 31.0], [None, None, 1, 1]),
        ([29.0, 30.0, 31.0, 30.0], [None, 2, 1, 2]),
        ([30.0, 31.0, 29.0], [2, 1, None]),
        ([30.0, math.inf], [None, 1]),
        ([30.0, None], [None, None]),
        ([30.0, math.nan, 29.0, 28.0], [1, None, 2, None]),
        ([30.0], [None]),
        ([], []),
    ],
)
def test_what_is_equal_as_printed_shares_a_rank(values, expected):
    found = metric_ranks("psnr", dict(enumerate(values)))
    assert [found.get(index) for index in range(len(values))] == expected


def test_lower_and_closer_can_be_better():
    assert metric_ranks("lpips", {"a": 0.1, "b": 0.2, "c": 0.3}) == {"a": 1, "b": 2}
    assert metric_ranks("hf_ratio", {"a": 0.5, "b": 1.2, "c": 4.0}) == {"b": 1, "a": 2}


def test_one_side_of_the_damage_has_no_best() -> None:
    assert metric_ranks("texture_lost", {"noise": 0.0, "good": 0.1, "soft": 2.0}) == {}
    assert metric_ranks("texture_added", {"noise": 5.0, "good": 0.1, "soft": 0.0}) == {}
