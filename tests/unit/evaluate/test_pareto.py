import math

import numpy as np
import pytest

from qdit4sr_core.compare import VariantResult
from qdit4sr_core.evaluate import MeasuredResult, evaluation_of_results, summarize
from qdit4sr_core.evaluate.pareto import cost_columns, damage_columns, front, tradeoff
from qdit4sr_core.quantize.variants import parse_variant

PIXELS = np.zeros((8, 8, 3), np.uint8)


def measured(spec: str, psnr: float, megabytes: float, seconds: float = 1.0) -> MeasuredResult:
    variant = parse_variant(spec)
    result = VariantResult(variant, PIXELS, seconds, weight_bytes=round(megabytes * 1e6), simulated=True)
    return MeasuredResult(variant.key, result, {"psnr_fp": psnr}, {})


@pytest.fixture
def summary():
    photos = {
        "a": [
            measured("fp", math.inf, 16.0),
            measured("rtn-w4a4", 30.0, 4.0),
            measured("rtn-w8a8", 50.0, 8.0),
            measured("svdquant-w4a4", 36.0, 5.0),
            measured("q-dit4sr-w4a4", 40.0, 5.0),
        ],
        "b": [measured("rtn-w4a4", 20.0, 4.0, 3.0)],
    }
    return summarize(evaluation_of_results(photos, ["psnr"], {"seed": 3}, weights=8_000_000))


def test_front_keeps_what_nothing_beats() -> None:
    assert front([(1, 5), (2, 2), (3, 3), (4, 1), (2, 2), (1, 6)]) == {0, 1, 3, 4}


def test_variants_on_the_front_of_damage_against_size(summary) -> None:
    size, damage = cost_columns(summary)[0], damage_columns(summary)[0]
    points = tradeoff(summary, size, damage)
    assert {p.key: p.on_front for p in points} == {
        "rtn-w4a4": True,
        "rtn-w8a8": True,
        "svdquant-w4a4": False,
        "q-dit4sr-w4a4": True,
    }
    assert [(p.family, p.widths) for p in points[:2]] == [("RTN", "W4A4"), ("RTN", "W8A8")]


def test_results_in_memory_give_means_and_costs(summary) -> None:
    rows = {row.key: row for row in summary.rows}
    rtn = rows["rtn-w4a4"].cells
    assert rtn["psnr_fp"].mean.value == 25.0
    assert rtn["seconds"].mean.value == 2.0
    assert rtn["megabytes"].mean.value == 4.0
    assert rtn["bits"].mean.value == 4.0
    assert (rtn["weight_bits"].mean.value, rtn["act_bits"].mean.value) == (4, 4)
    assert rows["fp"].cells["weight_bits"].mean.count == 0
