"""The kernel's attention against torch's."""

import pytest
import torch
import torch.nn.functional as F

from qdit4sr_core.engines import choose_attention
from qdit4sr_core.engines.kernel.attention import attend, attention_fits, attention_runs
from qdit4sr_core.errors import SettingsError
from qdit4sr_core.models.layers import JointAttention

from .layers import random


@pytest.mark.parametrize("tokens", [1, 5, 48, 64, 65, 96, 162, 900])
@pytest.mark.parametrize("threads", [1, 3])
def test_float32_loses_nothing(tokens, threads) -> None:
    if not attention_runs():
        pytest.skip("this processor has no build with an attention")
    query, key, value = (random(2, 3, tokens, 64, seed=i) for i in range(3))
    exact = F.scaled_dot_product_attention(query.double(), key.double(), value.double())
    before = torch.get_num_threads()
    try:
        torch.set_num_threads(threads)
        ours = attend(query, key, value)
    finally:
        torch.set_num_threads(before)
    assert (ours - exact).norm() < 1e-6 * exact.norm()
    if attention_runs(bfloat16=True):
        assert (attend(query, key, value, bfloat16=True) - exact).norm() < 1e-2 * exact.norm()


def test_large_scores_do_not_overflow() -> None:
    if not attention_runs():
        pytest.skip("this processor has no build with an attention")
    query, key, value = (30 * random(1, 1, 70, 64, seed=i) for i in range(3))
    exact = F.scaled_dot_product_attention(query.double(), key.double(), value.double())
    assert (attend(query, key, value) - exact).norm() < 1e-4 * exact.norm()


@pytest.mark.parametrize("bfloat16", [False, True])
def test_what_is_not_a_number_is_told(bfloat16) -> None:
    """As by torch: in the rows that it enters, and in no other."""
    if not attention_runs(bfloat16):
        pytest.skip("this processor has no build with an attention")
    query, key, value = (random(1, 2, 70, 64, seed=i) for i in range(3))
    query[0, 1, 7, 3] = float("nan")
    nan = attend(query, key, value, bfloat16).isnan()
    assert nan[0, 1, 7].all()
    assert int(nan.sum()) == 64


def test_values_that_begin_anywhere_are_read_in_their_place() -> None:
    if not attention_runs():
        pytest.skip("this processor has no build with an attention")
    query, key, value = (random(1, 2, 70, 64, seed=i) for i in range(3))
    memory = torch.empty(value.numel() + 1)
    moved = memory[1:].view(value.shape).copy_(value)
    assert torch.equal(attend(query, key, moved), attend(query, key, value))


def test_what_does_not_fit_goes_to_torch() -> None:
    query = random(1, 2, 10, 64)
    assert attention_fits(query, query, query)
    assert not attention_fits(query.half(), query.half(), query.half())
    assert not attention_fits(query[..., :32], query[..., :32], query[..., :32])
    assert not attention_fits(query, query[:, :, :5], query[:, :, :5])
    with torch.enable_grad():
        assert not attention_fits(query.clone().requires_grad_(), query, query)


def test_a_transformer_is_given_one() -> None:
    block = JointAttention(128, 2, context=False, context_out=False, key_mode="fixed").requires_grad_(False)
    noise, lr = random(1, 9, 128), random(1, 9, 128, seed=1)
    expected = block(noise, lr, None)
    chosen = choose_attention(block, "auto", "auto")
    assert chosen == ("kernel" if attention_runs() else "torch")
    for ours, theirs in zip(block(noise, lr, None)[:2], expected[:2], strict=True):
        assert torch.allclose(ours, theirs, rtol=1e-4, atol=1e-5)
    assert choose_attention(block, "auto", "reference") == "torch"
    assert torch.equal(block(noise, lr, None)[0], expected[0])
    with pytest.raises(SettingsError, match="no attention 'flash'"):
        choose_attention(block, "flash")
