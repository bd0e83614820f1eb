"""Rounded attention against its definition, and against what is known of its grids."""

import itertools
import math

import pytest
import torch
import torch.nn.functional as F

from qdit4sr_core.engines import RoundedAttention, attention_rounding, choose_attention, round_attention
from qdit4sr_core.engines import rounded_attention as module
from qdit4sr_core.engines.rounded_attention import round_rows, round_softmax
from qdit4sr_core.models import SuperResolutionModel


def random(*shape: int, seed: int = 1) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def tensors(tokens: int) -> list[torch.Tensor]:
    return [random(2, 3, tokens, 16, seed=i) for i in range(3)]


def relative(ours: torch.Tensor, exact: torch.Tensor) -> float:
    return float((ours - exact).norm() / exact.norm())


def test_eight_bits_with_a_scale_a_row_are_nearly_exact_and_each_bit_halves_the_error() -> None:
    query, key, value = tensors(50)
    exact = F.scaled_dot_product_attention(query, key, value)
    errors = [relative(RoundedAttention(bits)(query, key, value), exact) for bits in (8, 7, 6, 5)]
    assert errors[0] < 0.01
    for finer, coarser in itertools.pairwise(errors):
        assert 1.6 < coarser / finer < 2.5
    assert relative(RoundedAttention(8, "softmax")(query, key, value), exact) < errors[0]


def test_rounding_is_what_its_definition_says() -> None:
    query, key, value = tensors(9)
    x = query[0, 1, 4]
    step = float(x.abs().max()) / 127
    assert torch.allclose(round_rows(query, 8)[0, 1, 4], (x / step).round() * step, atol=1e-6)
    scores = round_rows(query, 8)[1, 2] @ round_rows(key, 8)[1, 2].t() / math.sqrt(16)
    weights = torch.softmax(scores, -1)
    rounded = torch.stack([(row / row.max() * 255).round() * row.max() / 255 for row in weights])
    ours = RoundedAttention(8)(query, key, value)[1, 2]
    assert torch.allclose(ours, rounded @ round_rows(value, 8)[1, 2], atol=1e-5)


def test_the_fixed_grid_loses_even_attention_over_many_tokens_and_a_scale_a_row_does_not() -> None:
    """1/600 lies below half of 1/255, so that nothing is left of it."""
    even = torch.full((1, 600), 1 / 600)
    assert float(round_softmax(even, 8, "fixed").sum()) == 0
    assert torch.allclose(round_softmax(even, 8, "row"), even)
    query, key, value = tensors(600)
    exact = F.scaled_dot_product_attention(query, key, value)
    row, fixed = (RoundedAttention(8, grid=grid)(query, key, value) for grid in ("row", "fixed"))
    assert relative(row, exact) < 0.02
    assert relative(fixed, exact) > 0.2


def test_queries_are_taken_some_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    query, key, value = tensors(23)
    whole = RoundedAttention(8)(query, key, value)
    monkeypatch.setattr(module, "_MOST_WEIGHTS", 2 * 3 * 23 * 4)
    assert torch.allclose(RoundedAttention(8)(query, key, value), whole, atol=1e-6)


def test_no_engine_takes_the_rounding_away(tiny_model: SuperResolutionModel) -> None:
    transformer = tiny_model.transformer
    assert attention_rounding(transformer) is None
    try:
        round_attention(transformer, RoundedAttention(8, "softmax"))
        for name, engine in (("auto", "auto"), ("kernel", "kernel"), ("torch", "reference")):
            said = choose_attention(transformer, name, engine)
            assert said == "softmax at 8 bits, a scale a row, simulated"
            assert attention_rounding(transformer) == RoundedAttention(8, "softmax")
    finally:
        for part in transformer.modules():
            if hasattr(part, "attend"):
                part.attend = F.scaled_dot_product_attention


@pytest.mark.parametrize("given", [(1,), (16,), ("8",), (8, "keys"), (8, "all", "log")])
def test_impossible_roundings_are_refused(given: tuple[object, ...]) -> None:
    with pytest.raises(ValueError, match="no attention has"):
        RoundedAttention(*given)  # type: ignore[arg-type]
