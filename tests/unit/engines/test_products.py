"""Both engines compute the same product, the integer one exactly."""

import pytest
import torch

from qdit4sr_core.engines import fits_int8, int8_product, reference_product


@pytest.mark.parametrize("rows", [1, 7, 64])
@pytest.mark.parametrize("largest", [7, 127])
def test_integer_product_is_exact(rows: int, largest: int) -> None:
    generator = torch.Generator().manual_seed(rows)
    codes = torch.randint(-largest, largest + 1, (rows, 192), generator=generator)
    weight = torch.randint(-largest, largest + 1, (48, 192), generator=generator)
    one, ones = torch.ones(rows, 1), torch.ones(48)
    product = int8_product(codes.float(), one, weight.to(torch.int8), ones, None)
    assert torch.equal(product.double(), (codes @ weight.t()).double())


def test_full_range_does_not_overflow() -> None:
    codes = torch.full((3, 1024), -128.0)
    weight = torch.full((8, 1024), -128, dtype=torch.int8)
    assert torch.all(int8_product(codes, torch.ones(3, 1), weight, torch.ones(8), None) == 1024 * 16384)


def test_half_integers_scales_and_bias() -> None:
    generator = torch.Generator().manual_seed(3)
    codes = torch.randint(-8, 8, (5, 32), generator=generator) + 0.5
    weight = torch.randint(-7, 8, (6, 32), generator=generator)
    scale, channel, bias = torch.rand(5, 1), torch.rand(6), torch.randn(6)
    integer = int8_product(codes, scale, weight.to(torch.int8), channel / 2, bias, doubled=True)
    reference = reference_product(codes, scale, weight * channel[:, None], bias)
    assert torch.allclose(integer, reference, rtol=1e-5, atol=1e-5)


def test_reference_without_scale_or_bias() -> None:
    x, w = torch.randn(4, 8), torch.randn(3, 8)
    assert torch.allclose(reference_product(x, None, w, None), x @ w.t(), atol=1e-6)
    assert torch.allclose(reference_product(x, torch.tensor(2.0), w, None), 2 * x @ w.t(), atol=1e-5)


def test_width_of_codes() -> None:
    assert fits_int8(8, half_steps=False)
    assert not fits_int8(8, half_steps=True)
    assert not fits_int8(8, half_steps=False, asymmetric=True)
    assert fits_int8(7, half_steps=True)
