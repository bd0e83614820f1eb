"""Latent tiles cover every size and blend without changing what does not depend on the tile."""

import pytest
import torch

from qdit4sr_core.errors import Cancelled
from qdit4sr_core.upscale.tiling import Tile, blend_tiles, gaussian_weights, offsets, tiles


@pytest.mark.parametrize(
    ("size", "expected"),
    [(64, [0]), (72, [0, 8]), (96, [0, 32]), (128, [0, 40, 64]), (192, [0, 40, 80, 120, 128]), (30, [0])],
)
def test_published_offsets(size: int, expected: list[int]) -> None:
    assert offsets(size, 64, 24) == expected


@pytest.mark.parametrize(("height", "width"), [(2, 2), (64, 64), (65, 20), (20, 200), (130, 97)])
def test_every_cell_is_covered_by_tiles_inside(height: int, width: int) -> None:
    covered = torch.zeros(height, width)
    for tile in tiles(height, width, 64, 24):
        assert tile.top + tile.height <= height
        assert tile.left + tile.width <= width
        tile.crop(covered).add_(1)
    assert covered.min() >= 1


def test_tiles_of_a_narrow_latent_are_not_square() -> None:
    assert tiles(20, 100, 64, 24) == [Tile(0, 0, 20, 64), Tile(0, 36, 20, 64)]


def test_weights_are_positive_symmetric_and_peak_in_the_middle() -> None:
    weights = gaussian_weights(16, 64)
    assert weights.shape == (16, 64)
    assert weights.min() > 0
    torch.testing.assert_close(weights, weights.flip(0))
    torch.testing.assert_close(weights, weights.flip(1))
    # a standard deviation of a tenth of the side: 6.4 cells from the centre of 64, exp(-1/2) of the peak
    row = weights[7] / weights[7].max()
    assert float(row[25] * row[38]) == pytest.approx(
        float(torch.exp(torch.tensor(-(6.5**2 - 0.25) / 6.4**2)))
    )


def test_what_depends_on_the_cell_alone_is_the_same_with_and_without_tiles() -> None:
    field = torch.randn(1, 4, 50, 90, generator=torch.Generator().manual_seed(3))
    one = blend_tiles(tiles(50, 90, 90, 0), (1, 4, 50, 90), lambda t: t.crop(field).sin())
    many = blend_tiles(tiles(50, 90, 16, 6), (1, 4, 50, 90), lambda t: t.crop(field).sin())
    assert torch.equal(one, field.sin())
    torch.testing.assert_close(many, one, rtol=0, atol=1e-6)


def test_cells_of_one_tile_only_keep_its_values() -> None:
    layout = tiles(16, 28, 16, 4)  # tiles at columns 0 and 12: columns 0..11 belong to the first alone
    values = blend_tiles(layout, (1, 1, 16, 28), lambda t: torch.full((1, 1, 16, 16), float(t.left)))
    assert torch.equal(values[..., :12], torch.zeros(1, 1, 16, 12))
    torch.testing.assert_close(values[..., 16:], torch.full((1, 1, 16, 12), 12.0))
    seam = values[0, 0, 0, 12:16]
    assert bool((seam.diff() > 0).all())


def test_cancel_takes_effect_before_the_next_tile() -> None:
    seen: list[Tile] = []

    def compute(tile: Tile) -> torch.Tensor:
        seen.append(tile)
        return torch.zeros(1, 1, 8, 8)

    with pytest.raises(Cancelled):
        blend_tiles(tiles(8, 64, 8, 0), (1, 1, 8, 64), compute, lambda: len(seen) >= 2)
    assert len(seen) == 2
