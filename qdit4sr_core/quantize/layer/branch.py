"""The full-precision low-rank branch beside the codes: global factors and local rank-1 blocks."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class Branch:
    """A low-rank branch: a global product and local rank-1 blocks.

    `global_up` is (out, r) and `global_down` (r, in). On a grid of A x C blocks of (s_o, s_i), `local_up`
    is (A, C, s_o) and `local_down` (A, C, s_i).
    """

    global_up: Tensor | None = None
    global_down: Tensor | None = None
    local_up: Tensor | None = None
    local_down: Tensor | None = None

    def matrix(self) -> Tensor | None:
        """The branch as a dense (out, in) matrix, None when empty."""
        factors = self.factors()
        return None if factors is None else factors[0] @ factors[1]

    def factors(self) -> tuple[Tensor, Tensor] | None:
        """The branch as one pair of dense factors (out, R) and (R, in); R = r + A C."""
        ups, downs = [], []
        if self.global_up is not None and self.global_down is not None:
            ups.append(self.global_up)
            downs.append(self.global_down)
        if self.local_up is not None and self.local_down is not None:
            up, down = _spread(self.local_up, self.local_down)
            ups.append(up)
            downs.append(down)
        return (torch.cat(ups, 1), torch.cat(downs, 0)) if ups else None

    def parameters(self) -> int:
        """Stored numbers."""
        tensors = (self.global_up, self.global_down, self.local_up, self.local_down)
        return sum(t.numel() for t in tensors if t is not None)


def _spread(local_up: Tensor, local_down: Tensor) -> tuple[Tensor, Tensor]:
    """Local blocks as sparse factors (A s_o, A C) and (A C, C s_i)."""
    rows, columns, height = local_up.shape
    width = local_down.shape[2]
    up = local_up.new_zeros(rows, height, rows, columns)
    down = local_down.new_zeros(rows, columns, columns, width)
    for p in range(rows):
        up[p, :, p] = local_up[p].t()
    for q in range(columns):
        down[:, q, q] = local_down[:, q]
    return up.reshape(rows * height, rows * columns), down.reshape(rows * columns, columns * width)
