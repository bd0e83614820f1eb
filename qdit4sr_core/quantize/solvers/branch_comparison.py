"""H-SVD against the plain SVD branch of the same parameter budget, layer by layer, and why one wins.

Both start from the same r_G singular triples. The plain branch then takes the next r_L triples of what is
left, H-SVD a grid of rank-1 blocks. A residual of pure noise gives both about the same energy; directions
that run through the whole matrix favour the triples, structure confined to blocks favours the blocks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from ...progress import CancelCheck, Progress, ignore_progress, never_cancelled, stop_if
from ..layer.codes import storable
from ..layer.rotation import Rotation
from ..targets import LayerSource
from .hsvd import hsvd, truncated_svd


@dataclass(frozen=True)
class BranchComparison:
    """One layer's two branches; errors are ||W - branch||_F / ||W||_F of the rotated weight."""

    name: str
    shape: tuple[int, int]
    grid: tuple[int, int]
    """Rows and columns of H-SVD's blocks."""
    plain_error: float
    hsvd_error: float
    plain_share: float
    """Energy that the r_L further triples take of what the global part leaves, 0 to 1."""
    hsvd_share: float
    """The same of the blocks."""
    budget_used: float
    """H-SVD's parameters over those of the plain branch."""

    @property
    def ratio(self) -> float:
        """H-SVD's error over the plain branch's; above 1 H-SVD is worse."""
        return self.hsvd_error / self.plain_error if self.plain_error > 0 else 1.0

    @property
    def reason(self) -> str:
        """Why H-SVD is worse on this layer; empty where it is not."""
        if self.ratio <= 1:
            return ""
        if self.grid == (0, 0):
            return "no grid of equal blocks fits the budget"
        if self.budget_used < 0.99:
            return f"the grid fills {100 * self.budget_used:.0f} % of the budget"
        return "directions through the whole matrix remain"


def compare_branches(
    sources: Sequence[LayerSource],
    global_rank: int,
    local_rank: int,
    *,
    exact: bool = True,
    progress: Progress = ignore_progress,
    cancelled: CancelCheck = never_cancelled,
) -> list[BranchComparison]:
    """Both branches of every layer, at the precision they are stored in.

    Args:
        sources: the layers.
        global_rank: r_G.
        local_rank: r_L, the budget of the local part in ranks.
        exact: full SVDs; otherwise the randomised ones that quantizing uses by default.
        progress, cancelled: as everywhere; progress counts layers.

    Raises:
        Cancelled: when asked to stop.
    """
    found = []
    for index, source in enumerate(sources):
        stop_if(cancelled)
        progress(index, len(sources), source.name)
        weight = source.load()[0].float()
        found.append(_compare(source.name, weight, global_rank, local_rank, exact))
    progress(len(sources), len(sources), "compared")
    return found


def _compare(name: str, weight: Tensor, global_rank: int, local_rank: int, exact: bool) -> BranchComparison:
    rows, columns = weight.shape
    weight = Rotation("hadamard", columns)(weight)
    total = float(weight.square().sum())

    def left_by_svd(rank: int) -> float:
        up, down = (storable(f) for f in truncated_svd(weight, rank, exact=exact))
        return float((weight - up @ down).square().sum())

    left = left_by_svd(global_rank)
    plain = left_by_svd(global_rank + local_rank)
    branch, report = hsvd(weight, global_rank, local_rank, exact=exact)
    ours = total * report.relative_error**2
    scale = max(left, torch.finfo(torch.float32).tiny)
    return BranchComparison(
        name,
        (rows, columns),
        report.grid,
        (plain / total) ** 0.5 if total else 0.0,
        report.relative_error,
        1 - plain / scale,
        1 - ours / scale,
        branch.parameters() / ((global_rank + local_rank) * (rows + columns)),
    )
