"""Row gains that undo the shrinking of outputs by least-squares rounding."""

import torch

from qdit4sr_core.quantize.layer.codes import encode_symmetric, search_symmetric_scale
from qdit4sr_core.quantize.solvers.gptq import gptq_round
from qdit4sr_core.quantize.solvers.unbiased import unbiased


def rounded(bits: int = 2):
    generator = torch.Generator().manual_seed(3)
    weight = torch.randn(24, 64, generator=generator)
    inputs = torch.randn(400, 64, generator=generator) @ torch.randn(64, 64, generator=generator)
    moment = inputs.t() @ inputs / len(inputs)
    scale = search_symmetric_scale(weight, bits, 32, 0.5)
    return weight, inputs, moment, gptq_round(weight, moment, encode_symmetric(weight, scale, bits, 0.5))


def test_outputs_keep_their_size_in_the_mean():
    weight, inputs, moment, codes = rounded()
    exact = inputs @ weight.t()

    def share(chosen):
        return ((inputs @ chosen.dequantize().t()) * exact).sum(0) / exact.square().sum(0)

    assert share(codes).mean() < 0.97  # two bits shrink what passes
    better = unbiased(weight, moment, codes)
    torch.testing.assert_close(share(better), torch.ones(24), atol=2e-3, rtol=0)
    assert torch.equal(better.codes, codes.codes)


def test_a_row_without_output_and_a_wild_gain_are_left_within_bounds():
    weight, _, moment, codes = rounded()
    weight = weight.clone()
    weight[0] = 0.0
    weight[1] *= 50.0
    gain = unbiased(weight, moment, codes).scale / codes.scale
    torch.testing.assert_close(gain[0], torch.ones(2), atol=1e-3, rtol=0)
    torch.testing.assert_close(gain[1], torch.full((2,), 1.25), atol=1e-3, rtol=0)
    assert bool((gain >= 0.799).all())


def test_an_input_that_is_never_there_changes_nothing():
    weight, _, moment, codes = rounded()
    same = unbiased(weight, torch.zeros_like(moment), codes)
    assert torch.equal(same.scale, codes.scale)
