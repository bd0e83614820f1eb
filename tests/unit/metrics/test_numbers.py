"""Numbers as they are printed."""

import math

import pytest

from qdit4sr_core.metrics.numbers import metric_text, number_text


@pytest.mark.parametrize(
    ("value", "text"),
    [(31.236, "31.24"), (-0.5, "−0.50"), (-0.001, "0.00"), (math.inf, "∞"), (math.nan, "n/a")],
)
def test_a_number(value, text):
    assert number_text(value, 2) == text


def test_a_missing_number():
    assert number_text(None, 2) == "n/a"


def test_a_metric_has_its_decimals():
    assert metric_text("psnr", 31.236) == "31.24"
    assert metric_text("ssim", 0.91234) == "0.912"
