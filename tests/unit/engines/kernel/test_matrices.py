"""Layers whose input passes through a learned matrix: a float product first, then the kernel."""

import pytest
import torch

from qdit4sr_core.quantize.layer.activations import ActivationSpec
from qdit4sr_core.quantize.layer.codes import encode_absmax
from qdit4sr_core.quantize.layer.linear import QuantizedLinear

from .layers import for_kernel, random


def with_matrix(across: bool, full: bool) -> QuantizedLinear:
    blocks = random(1 if across else 6, 16, 16, seed=3)
    return QuantizedLinear.build(
        encode_absmax(random(40, 96), 4, 16),
        ActivationSpec("absmax", 4, 16, clip=0.9),
        bias=random(40, seed=5),
        smooth=random(96, seed=6).abs() + 0.5 if full else None,
        shift=0.2 * random(96, seed=7) if full else None,
        transform=blocks,
        across=random(6, 6, seed=4) if across else None,
    )


@pytest.mark.parametrize("across", [False, True])
@pytest.mark.parametrize("full", [False, True])
def test_the_output_is_the_reference_engines(build, across, full) -> None:
    quantized, x = with_matrix(across, full), random(2, 9, 96)
    expected = quantized(x)
    for_kernel(quantized)
    assert quantized.not_by_kernel == ""
    assert (quantized(x) - expected).norm() < 2e-6 * expected.norm()
    assert torch.equal(quantized(x[:, :0]), expected[:, :0])
    gelu = torch.nn.functional.gelu(quantized(x), approximate="tanh")
    assert (quantized.gelu(x) - gelu).abs().max() < 1e-5 * (1 + gelu.abs().max())


def test_layers_with_matrices_of_their_own_share_no_preparation() -> None:
    first, second, x = with_matrix(True, False), with_matrix(False, False), random(3, 96)
    expected = [one(x) for one in (first, second)]
    for one in (first, second):
        one.set_engine("kernel")
    for y, right in zip(first.together([first, second], x), expected, strict=True):
        assert (y - right).norm() < 2e-6 * right.norm()
