import re

import numpy as np
import pytest

from qdit4sr_core.compare import VariantResult
from qdit4sr_core.errors import FigureError
from qdit4sr_core.evaluate import MeasuredResult, evaluation_of_results, summarize
from qdit4sr_core.figures import FigureOptions, pareto_plot
from qdit4sr_core.quantize.variants import parse_variant


def summary_of(numbers: dict[str, tuple[float, float]]):
    items = []
    for spec, (distance, megabytes) in numbers.items():
        variant = parse_variant(spec)
        size = round(megabytes * 1e6)
        result = VariantResult(variant, np.zeros((4, 4, 3), np.uint8), 1.0, weight_bytes=size)
        items.append(MeasuredResult(variant.key, result, {"stlpips_fp": distance}, {}))
    return summarize(evaluation_of_results({"photo": items}, ["stlpips"], {}))


NUMBERS = {"rtn-w4a4": (0.2, 4.0), "rtn-w8a8": (0.001, 8.0), "svdquant-w4a4": (0.05, 5.0)}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_plot_names_methods_and_widths(theme):
    figure = pareto_plot(summary_of(NUMBERS), options=FigureOptions(width="double", dpi=80, theme=theme))
    texts = re.findall(r"<text[^>]*>([^<]*)</text>", figure.encode("svg").decode())
    texts = [text.strip() for text in texts]
    for wanted in ("RTN", "W4A4", "W8A8", "Size (MB)", "Time (s)", "Pareto front"):
        assert wanted in texts, texts
    assert figure.render().shape[1] == 550


def test_widths_that_all_have_are_said_once():
    same = {spec: numbers for spec, numbers in NUMBERS.items() if spec.endswith("w4a4")}
    svg = pareto_plot(summary_of(same)).encode("svg").decode()
    texts = [text.strip() for text in re.findall(r"<text[^>]*>([^<]*)</text>", svg)]
    assert "RTN W4A4" in texts
    assert "W4A4" not in texts


def test_plot_needs_a_damaged_variant_with_a_cost():
    with pytest.raises(FigureError, match="No quantized variant"):
        pareto_plot(summary_of({"fp": (0.0, 16.0)}))
    with pytest.raises(FigureError, match="no column 'nothing'"):
        pareto_plot(summary_of(NUMBERS), "nothing")
