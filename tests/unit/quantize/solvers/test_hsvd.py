"""H-SVD: budget, exactness, and its use against a plain SVD of the same size."""

from collections.abc import Callable

import pytest
import torch

from qdit4sr_core.quantize.layer.branch import Branch
from qdit4sr_core.quantize.methods.base import resolve_ranks
from qdit4sr_core.quantize.solvers.hsvd import block_grids, hsvd, leading_blocks, truncated_svd


@pytest.mark.parametrize(
    ("rows", "columns"), [(1536, 1536), (6144, 1536), (1536, 6144), (256, 256), (2304, 256)]
)
def test_grids_fit_the_budget(rows: int, columns: int) -> None:
    for local_rank in (2, 8):
        grids = block_grids(rows, columns, local_rank)
        assert grids
        for a, c in grids:
            assert rows % a == 0
            assert columns % c == 0
            assert c * rows + a * columns <= local_rank * (rows + columns)


def test_published_block_shapes_are_candidates() -> None:
    assert (8, 8) in block_grids(1536, 1536, 8)  # 192 x 192
    assert (12, 4) in block_grids(1536, 1536, 8)  # 128 x 384


@pytest.mark.parametrize(("rows", "columns"), [(192, 192), (768, 192), (192, 768), (1728, 192)])
def test_one_local_rank_is_the_whole_matrix(rows: int, columns: int) -> None:
    """Why models as narrow as the bundled one keep two, though the paper's four to one would give one."""
    assert block_grids(rows, columns, 1) == [(1, 1)]
    assert len(block_grids(rows, columns, resolve_ranks(None, None, 192)[1])) > 1


def test_randomised_svd_is_close_to_exact() -> None:
    torch.manual_seed(1)
    matrix = torch.randn(96, 20) @ torch.randn(20, 128) + 0.1 * torch.randn(96, 128)
    exact = truncated_svd(matrix, 8, exact=True)
    fast = truncated_svd(matrix, 8)
    best = (matrix - exact[0] @ exact[1]).norm()
    assert (matrix - fast[0] @ fast[1]).norm() < 1.002 * best


def test_power_iteration_finds_the_leading_triple_of_every_block() -> None:
    torch.manual_seed(2)
    matrix = torch.randn(64, 96)
    fast, exact = (leading_blocks(matrix, (2, 3), exact=e) for e in (False, True))
    assert fast[0].square().sum() > 0.98 * exact[0].square().sum()


def test_local_structure_is_taken_better_than_by_a_plain_svd_of_equal_size() -> None:
    torch.manual_seed(3)
    matrix = 0.02 * torch.randn(64, 64)
    for p in range(4):
        for q in range(4):
            block = torch.outer(torch.randn(16), torch.randn(16))
            matrix[16 * p : 16 * p + 16, 16 * q : 16 * q + 16] += block
    branch, report = hsvd(matrix, 2, 4)
    up, down = truncated_svd(matrix, 6, exact=True)
    assert branch.parameters() <= 6 * (64 + 64)
    assert report.grid[0] * report.grid[1] > 1
    assert report.relative_error < 0.8 * float((matrix - up @ down).norm() / matrix.norm())


def test_zero_matrix_survives() -> None:
    branch, report = hsvd(torch.zeros(32, 32), 2, 2)
    matrix = branch.matrix()
    assert matrix is not None
    assert torch.isfinite(matrix).all()
    assert report.relative_error == 0


def test_factors_equal_the_dense_sum() -> None:
    torch.manual_seed(4)
    weight = torch.randn(48, 32)
    branch, report = hsvd(weight, 3, 2)
    up, down = branch.factors() or (None, None)
    assert up is not None
    assert down is not None
    assert report.relative_error == pytest.approx(float((weight - up @ down).norm() / weight.norm()))
    assert branch.local_up is not None
    assert branch.local_down is not None
    block = torch.outer(branch.local_up[0, 0], branch.local_down[0, 0])
    height, width = block.shape
    dense = up[:, 3:] @ down[3:]
    assert torch.allclose(dense[:height, :width], block, atol=1e-6)


def test_a_score_chooses_the_block_shape() -> None:
    residual = torch.randn(48, 96, generator=torch.Generator().manual_seed(6))
    grids = block_grids(48, 96, 2)
    assert len(grids) > 1

    def shape(score: Callable[[torch.Tensor], float]) -> tuple[int, ...]:
        local = hsvd(residual, 0, 2, score=score)[0].local_up
        assert local is not None
        return tuple(local.shape[:2])

    importance = torch.logspace(-3, 3, 96)
    by_output = shape(lambda rest: float((rest * importance).square().sum()))
    errors = {}
    for grid in grids:
        up, down = leading_blocks(residual, grid)
        matrix = Branch(local_up=up, local_down=down).matrix()
        assert matrix is not None
        errors[grid] = float(((residual - matrix) * importance).square().sum())
    assert by_output == min(errors, key=lambda grid: errors[grid])
    energy = hsvd(residual, 0, 2)[0].local_up
    assert energy is not None
