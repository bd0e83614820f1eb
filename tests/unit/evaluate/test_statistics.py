import math

import numpy as np
import pytest

from qdit4sr_core.evaluate.columns import columns_for
from qdit4sr_core.evaluate.statistics import bootstrap_mean, compare_pairs, holm, signed_rank_p

PSNR, HF = columns_for(["psnr", "hf_error"], False)[:2]


def test_the_interval_of_many_normal_values_is_the_textbook_one() -> None:
    values = np.random.default_rng(0).normal(30, 4, 400)
    mean = bootstrap_mean(values.tolist())
    half = 1.96 * values.std(ddof=1) / 20
    assert mean.value == pytest.approx(values.mean())
    assert mean.low == pytest.approx(values.mean() - half, abs=0.04)
    assert mean.high == pytest.approx(values.mean() + half, abs=0.04)
    assert bootstrap_mean(values.tolist()) == mean


def test_means_without_an_interval() -> None:
    assert bootstrap_mean([]).count == 0
    single = bootstrap_mean([3.0])
    assert (single.value, single.count) == (3.0, 1)
    assert math.isnan(single.low)


def test_infinite_values_are_counted_and_left_out_of_the_mean() -> None:
    some = bootstrap_mean([30.0, math.inf, 32.0])
    assert (some.value, some.count, some.infinite) == (31.0, 3, 1)
    assert 30.0 <= some.low <= some.high <= 32.0
    every = bootstrap_mean([math.inf, math.inf])
    assert (every.value, every.count, every.infinite) == (math.inf, 2, 2)
    pair = compare_pairs("x", "y", {"a": math.inf, "b": 3.0}, {"a": 1.0, "b": 2.0}, PSNR)
    assert pair is not None
    assert (pair.wins, pair.difference, pair.left_out) == (2, 1.0, 1)


def test_the_mean_of_ratios_is_geometric() -> None:
    mean = bootstrap_mean([0.5, 2.0, 1.0], geometric=True)
    assert mean.value == pytest.approx(1.0)
    assert 0.5 <= mean.low < 1 < mean.high <= 2.0
    ratio = columns_for(["hf_ratio"], False)[0]
    assert ratio.ratio
    assert not PSNR.ratio
    assert ratio.rank_key(0.5) == pytest.approx(ratio.rank_key(2.0))
    assert ratio.rank_key(0.0) == math.inf


def test_wins_follow_the_direction_of_the_column() -> None:
    ours = {"a": 30.0, "b": 31.0, "c": 29.0, "only": 1.0}
    theirs = {"a": 29.0, "b": 31.0, "c": 30.0}
    up = compare_pairs("x", "y", ours, theirs, PSNR)
    down = compare_pairs("x", "y", ours, theirs, HF)
    assert up is not None
    assert down is not None
    assert (up.wins, up.ties, up.losses) == (1, 1, 1)
    assert up.difference == pytest.approx(0)
    one_sided = compare_pairs("x", "y", {"a": 1.0, "b": 2.0}, {"a": 2.0, "b": 3.0}, HF)
    assert one_sided is not None
    assert (one_sided.wins, one_sided.losses) == (2, 0)
    assert compare_pairs("x", "y", {"a": 1.0}, {"b": 1.0}, PSNR) is None


def test_infinite_psnr_counts_as_better_and_spoils_nothing() -> None:
    names = [str(i) for i in range(8)]
    found = compare_pairs(
        "x", "y", dict.fromkeys(names, math.inf), {n: 30.0 + i for i, n in enumerate(names)}, PSNR
    )
    assert found is not None
    assert found.wins == 8
    assert found.p_value < 0.05
    same = compare_pairs("x", "y", dict.fromkeys(names, math.inf), dict.fromkeys(names, math.inf), PSNR)
    assert same is not None
    assert (same.ties, same.p_value) == (8, 1.0)


def test_the_test_sees_a_shift_and_no_shift() -> None:
    random = np.random.default_rng(1)
    assert signed_rank_p(random.normal(1.0, 0.5, 20)) < 0.001
    assert signed_rank_p(random.normal(0.0, 0.5, 20)) > 0.05
    assert signed_rank_p(np.zeros(10)) == 1.0
    assert math.isnan(signed_rank_p(np.ones(5)))


def test_holm_is_the_textbook_example() -> None:
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert math.isnan(holm([math.nan, 0.2])[0])
    assert holm([math.nan, 0.2])[1] == 0.2
