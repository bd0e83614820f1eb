import math

from qdit4sr_core.figures import Panel
from qdit4sr_core.figures.numbers import metric_title, ranking, value_text

from .conftest import photo


def panel(value, role="variant"):
    return Panel("x", photo(8, 8), {"psnr": value}, role=role)


def test_numbers_are_printed_as_in_a_paper():
    assert value_text(21.375, "psnr") == "21.38"
    assert value_text(0.21249, "stlpips") == "0.212"
    assert value_text(math.inf, "psnr") == "∞"
    assert value_text(math.nan, "psnr") == "n/a"
    assert value_text("n/a") == "n/a"
    assert metric_title("psnr") == "PSNR ↑"
    assert metric_title("my own") == "my own"


def test_best_and_second_among_variants_only():
    panels = [panel(99.0, "reference"), panel(20.0), panel(25.0), panel(30.0), panel(math.nan)]
    assert ranking(panels, "psnr", None) == {3: 1, 2: 2}


def test_numbers_that_print_alike_share_their_rank():
    panels = [panel(30.001), panel(30.002), panel(25.0), panel(20.0)]
    assert ranking(panels, "psnr", None) == {0: 1, 1: 1}


def test_nothing_is_best_without_a_contest():
    assert ranking([panel(30.0)], "psnr", None) == {}
    assert ranking([panel(30.0), panel(20.0)], "psnr", None) == {0: 1}
    assert ranking([Panel("a", photo(8, 8), {"own": 1.0}), panel(2.0)], "own", None) == {}
