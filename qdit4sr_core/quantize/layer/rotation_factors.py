"""A rotation as small factors, for engines that apply it without a matrix."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from .rotation import Rotation, inner_block, odd_part, row_signs


@dataclass(frozen=True, eq=False)
class RotationFactors:
    """z = (x * multiplier) F_1 F_2 ...: each factor mixes elements `distance` apart.

    A factor of size 2 is [[1, 1], [1, -1]], of 4 the regular matrix, of 12, 20 and 44 Paley's.
    """

    stages: tuple[tuple[int, int], ...]
    """(size, distance) of each factor, in order."""
    multiplier: Tensor | None
    """(columns,) signs and norm; None for no rotation."""


def rotation_factors(rotation: Rotation) -> RotationFactors:
    """Of the dense block and of what mixes blocks: factors of two, nearest first, then Paley's."""
    if not rotation.active:
        return RotationFactors((), None)
    block = rotation.block
    norm = torch.tensor(block, dtype=torch.float64).rsqrt()
    if rotation.kind == "regular":
        stages, distance = [], 1
        while distance < block:
            stages.append((4, distance))
            distance *= 4
        signs = torch.ones(block)
    else:
        inner = inner_block(block)
        stages = _stages(inner, 1)
        signs = row_signs(inner)
        if inner < block:
            stages += _stages(block // inner, inner)
            signs = (row_signs(block // inner)[:, None] * signs[None]).reshape(-1)
    multiplier = (signs.double() * norm).float().repeat(rotation.columns // block)
    return RotationFactors(tuple(stages), multiplier)


def _stages(size: int, distance: int) -> list[tuple[int, int]]:
    """Factors of the Hadamard matrix of `size`: its power of two, then Paley's matrix."""
    rest, power = odd_part(size)
    base = 1 if rest == 1 else 4 * rest
    if base > 1:
        power //= 4
    stages = []
    for _ in range(power.bit_length() - 1):
        stages.append((2, distance))
        distance *= 2
    return [*stages, (base, distance)] if base > 1 else stages
