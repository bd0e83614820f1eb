"""H-SVD: a global low-rank branch plus rank-1 blocks of what it leaves, under a matched parameter budget.

Source: Q-DiT4SR (arXiv 2602.01273), hierarchical SVD. The paper fixes r_G = 32 and r_L = 8 at width 1536 and
searches the block shape; the objective of that search is not stated. Here it is a score of the rest that the
caller gives (the output's error after rounding it), or else its Frobenius norm.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from ..layer.codes import storable
from ..layer.linear import Branch

Score = Callable[[Tensor], float]
"""How bad it is to leave a rest (m, n) to the codes."""

_POWER_STEPS = 12
_SCREENING_STEPS = 2


@dataclass(frozen=True)
class HSVDReport:
    """How much of a matrix the branch takes."""

    relative_error: float
    """||W - branch||_F / ||W||_F."""
    grid: tuple[int, int]
    """Rows and columns of local blocks; (0, 0) without a local part."""
    parameters: int


def truncated_svd(
    matrix: Tensor, rank: int, *, exact: bool = False, iterations: int = 4
) -> tuple[Tensor, Tensor]:
    """Best rank-`rank` factors of (m, n): (m, r) and (r, n), singular values split evenly.

    Args:
        matrix: (m, n).
        rank: columns kept; limited to min(m, n).
        exact: full SVD; otherwise randomised with a fixed seed and power iterations.
        iterations: power iterations of the randomised version.
    """
    rank = min(rank, *matrix.shape)
    if rank <= 0:
        return matrix.new_zeros(matrix.shape[0], 0), matrix.new_zeros(0, matrix.shape[1])
    samples = rank + 10
    if exact or samples >= min(matrix.shape):
        u, s, vh = torch.linalg.svd(matrix, full_matrices=False)
    else:
        generator = torch.Generator().manual_seed(0)
        probe = torch.randn(matrix.shape[1], samples, generator=generator).to(matrix)
        basis = torch.linalg.qr(matrix @ probe).Q
        for _ in range(iterations):
            basis = torch.linalg.qr(matrix @ torch.linalg.qr(matrix.t() @ basis).Q).Q
        small_u, s, vh = torch.linalg.svd(basis.t() @ matrix, full_matrices=False)
        u = basis @ small_u
    root = s[:rank].sqrt()
    return u[:, :rank] * root, root[:, None] * vh[:rank]


def block_grids(rows: int, columns: int, local_rank: int) -> list[tuple[int, int]]:
    """Grids (A, C) of blocks whose parameters C m + A n fit r_L (m + n) and use at least 93 % of it.

    When no divisors come that close, the grids with the largest use are returned.
    """
    budget = local_rank * (rows + columns)
    fitting = [
        (a, c)
        for a in _divisors(rows, budget // columns)
        for c in _divisors(columns, budget // rows)
        if c * rows + a * columns <= budget
    ]
    if not fitting:
        return []
    used = {grid: grid[1] * rows + grid[0] * columns for grid in fitting}
    threshold = min(0.93 * budget, max(used.values()))
    return [grid for grid in fitting if used[grid] >= threshold]


def _divisors(number: int, most: int) -> list[int]:
    return [d for d in range(1, min(number, most) + 1) if number % d == 0]


def _blocks(matrix: Tensor, grid: tuple[int, int]) -> Tensor:
    """(m, n) as (A, C, s_o, s_i)."""
    a, c = grid
    m, n = matrix.shape
    return matrix.view(a, m // a, c, n // c).transpose(1, 2)


def leading_blocks(
    matrix: Tensor, grid: tuple[int, int], exact: bool = False, steps: int = _POWER_STEPS
) -> tuple[Tensor, Tensor]:
    """The top singular triple of every block, by `steps` power iterations unless `exact`.

    Returns `local_up` (A, C, s_o), which carries the singular value, and `local_down` (A, C, s_i) of unit
    norm.
    """
    blocks = _blocks(matrix, grid).reshape(grid[0] * grid[1], matrix.shape[0] // grid[0], -1)
    if exact:
        u, s, vh = torch.linalg.svd(blocks, full_matrices=False)
        up, down = u[..., 0] * s[..., :1], vh[..., 0, :]
    else:
        # start from the largest row of each block: never orthogonal to the leading direction in practice
        largest = blocks.square().sum(-1).argmax(-1)
        right = torch.nn.functional.normalize(blocks[torch.arange(len(blocks)), largest], dim=-1)
        for _ in range(steps):
            left = torch.bmm(blocks, right[..., None])
            right = torch.bmm(left.transpose(1, 2), blocks)[:, 0]
            right = torch.nn.functional.normalize(right, dim=-1)
        up, down = torch.bmm(blocks, right[..., None])[..., 0], right
    return up.view(*grid, -1), down.reshape(*grid, -1)


def local_branch(
    residual: Tensor, local_rank: int, exact: bool = False, score: Score | None = None
) -> Branch:
    """The rank-1 blocks of the best grid for `residual` (m, n); empty for rank 0.

    The best grid leaves the rest with the least `score`, or takes the most energy without one.
    """
    if local_rank <= 0:
        return Branch()
    if score is not None:
        branches = [
            Branch(local_up=storable(up), local_down=storable(down))
            for up, down in (
                leading_blocks(residual, grid, exact)
                for grid in block_grids(residual.shape[0], residual.shape[1], local_rank)
            )
        ]
        scores = [score(residual - matrix) for b in branches if (matrix := b.matrix()) is not None]
        return branches[scores.index(min(scores))] if branches else Branch()
    best: tuple[float, tuple[int, int]] | None = None
    for grid in block_grids(residual.shape[0], residual.shape[1], local_rank):
        energy = float(leading_blocks(residual, grid, steps=_SCREENING_STEPS)[0].square().sum())
        if best is None or energy > best[0] * (1 + 1e-6):
            best = (energy, grid)
    if best is None:
        return Branch()
    up, down = leading_blocks(residual, best[1], exact)
    return Branch(local_up=storable(up), local_down=storable(down))


def hsvd(
    weight: Tensor, global_rank: int, local_rank: int, *, exact: bool = False, score: Score | None = None
) -> tuple[Branch, HSVDReport]:
    """The branch W_G + W_L of a (rotated) weight (m, n), with factors rounded to their stored precision.

    `score` of a rest (m, n) chooses the block shape, see `local_branch`.
    """
    branch, residual = Branch(), weight
    if global_rank > 0:
        up, down = (storable(f) for f in truncated_svd(weight, global_rank, exact=exact))
        branch, residual = Branch(up, down), weight - up @ down
    local = local_branch(residual, local_rank, exact, score)
    branch = Branch(branch.global_up, branch.global_down, local.local_up, local.local_down)
    matrix = branch.matrix()
    rest = weight if matrix is None else weight - matrix
    grid = (0, 0) if local.local_up is None else (local.local_up.shape[0], local.local_up.shape[1])
    norm = float(weight.norm()) or 1.0
    return branch, HSVDReport(float(rest.norm()) / norm, grid, branch.parameters())
