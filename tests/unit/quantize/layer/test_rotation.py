"""Rotations: orthonormal, factorised equal to dense, inverse exact."""

import pytest
import torch

from qdit4sr_core.quantize.layer.rotation import (
    Rotation,
    default_block,
    hadamard_matrix,
    regular_hadamard_matrix,
)


@pytest.mark.parametrize("size", [1, 2, 12, 20, 44, 64, 256, 384, 1536])
def test_matrices_are_orthonormal_with_equal_magnitudes(size: int) -> None:
    h = hadamard_matrix(size).double()
    assert torch.allclose(h @ h.t(), torch.eye(size, dtype=torch.float64), atol=1e-5)
    assert torch.allclose(h.abs(), torch.full_like(h, size**-0.5), atol=1e-7)


def test_regular_matrix_has_equal_row_sums() -> None:
    h = regular_hadamard_matrix(64)
    assert torch.allclose(h @ h.t(), torch.eye(64), atol=1e-5)
    assert torch.allclose(h.sum(1).abs(), torch.ones(64), atol=1e-5)
    with pytest.raises(ValueError, match="power of four"):
        regular_hadamard_matrix(32)


@pytest.mark.parametrize("width", [16, 48, 96, 256, 1024, 1536, 6144])
def test_full_width_rotation_is_one_hadamard_matrix(width: int) -> None:
    rotation = Rotation("hadamard", width)
    assert rotation.block == width
    rows = torch.eye(width)[:3]
    z = rotation(rows)
    assert torch.allclose(z.abs(), torch.full_like(z, width**-0.5), atol=1e-6)
    assert torch.allclose(rotation.inverse(z), rows, atol=1e-5)
    x, w = torch.randn(5, width), torch.randn(7, width)
    assert torch.allclose(rotation(x) @ rotation(w).t(), x @ w.t(), atol=1e-2 * width**0.5)


def test_width_without_a_matrix_is_rotated_in_blocks() -> None:
    assert default_block(7 * 8) == 8
    rotation = Rotation("hadamard", 56)
    x = torch.randn(2, 3, 56)
    assert torch.allclose(rotation.inverse(rotation(x)), x, atol=1e-5)
    assert Rotation("hadamard", 7)(x[..., :7]) is not None


@pytest.mark.parametrize(
    ("kind", "width", "block"),
    [
        ("hadamard", 8, None),
        ("hadamard", 40, None),
        ("hadamard", 192, None),
        ("hadamard", 192, 64),
        ("hadamard", 768, None),
        ("hadamard", 1536, None),
        ("hadamard", 6144, None),
        ("regular", 512, 256),
        ("regular", 192, None),
        ("none", 10, None),
    ],
)
def test_small_factors_are_the_same_rotation(kind, width, block) -> None:
    rotation = Rotation(kind, width, block)
    x = torch.randn(2, 5, width, generator=torch.Generator().manual_seed(0))
    assert torch.allclose(rotation.by_factors(x), rotation(x), atol=1e-5)


def test_outlier_is_spread() -> None:
    x = torch.zeros(1, 256)
    x[0, 3] = 100.0
    assert Rotation("hadamard", 256)(x).abs().max() < 7


@pytest.mark.parametrize("width", [192, 256, 768, 1536])
def test_a_common_part_does_not_pile_up(width: int) -> None:
    z = Rotation("hadamard", width)(torch.ones(1, width))
    assert z.abs().max() < 0.6 * width**0.5
    assert z.square().mean() == pytest.approx(1.0, rel=1e-4)
