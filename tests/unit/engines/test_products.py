"""Both engines compute the same product, the integer one exactly."""

from types import SimpleNamespace

import pytest
import torch

from qdit4sr_core.engines import compute_dtype, fits_int8, int8_product, int8_runs_on, reference_product
from qdit4sr_core.engines.int8 import integer_product, padded_rows


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


@pytest.mark.parametrize("rows", [1, 16, 17, 40])
def test_padding_rows_changes_nothing(rows: int) -> None:
    generator = torch.Generator().manual_seed(rows)
    left = torch.randint(-128, 128, (rows, 64), generator=generator).to(torch.int8)
    right = torch.randint(-128, 128, (24, 64), generator=generator).to(torch.int8).t()
    padded = integer_product(left, right, 32)
    assert padded.shape == (rows, 24)
    assert torch.equal(padded, left.int() @ right.int())


def test_what_a_device_multiplies() -> None:
    assert [padded_rows(n, "cuda") for n in (1, 16, 17, 2048)] == [32, 32, 17, 2048]
    assert padded_rows(1, "cpu") == 1
    assert int8_runs_on("cpu", 7, 13)
    assert int8_runs_on("cuda", 9216, 1536)
    assert not int8_runs_on("cuda", 12, 1536)
    assert not int8_runs_on("cuda", 1536, 12)
    assert not int8_runs_on("mps", 1536, 1536)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_precision_products_stay_in_range(dtype: torch.dtype) -> None:
    generator = torch.Generator().manual_seed(4)
    codes = torch.randint(-127, 128, (4, 512), generator=generator).float()
    weight = torch.randn(8, 512, generator=generator).abs()
    scale, bias = torch.full((4, 1), 0.01), torch.randn(8)
    half = reference_product(codes, scale, weight.to(dtype), bias)
    assert half.dtype == dtype
    exact = reference_product(codes, scale, weight, bias)
    assert (half.float() - exact).norm() < 0.02 * exact.norm()


def test_layers_work_in_float32_but_for_half_precision_on_cuda() -> None:
    assert compute_dtype(torch.zeros(1, dtype=torch.bfloat16)) == torch.float32
    assert compute_dtype(torch.zeros(1, dtype=torch.float64)) == torch.float32
    on_cuda = SimpleNamespace(dtype=torch.bfloat16, device=torch.device("cuda"))
    assert compute_dtype(on_cuda) == torch.bfloat16  # type: ignore[arg-type]
    on_mps = SimpleNamespace(dtype=torch.float16, device=torch.device("mps"))
    assert compute_dtype(on_mps) == torch.float32  # type: ignore[arg-type]
